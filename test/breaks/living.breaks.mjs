/** Breaks of PRODUCT's promises about living and ending: coming and going, offline, the process. */
const pages = "test/browser/page-life.test.ts";
const time = "test/integration/living/time.test.ts";
const offline = "test/integration/living/offline.test.ts";
const processes = "test/integration/living/process.test.ts";
const page = { file: "src/platform/browser.ts", test: pages };
const late = { file: "src/platform/lateness.ts", test: time };
const client = { file: "machines/client.machine.ts", test: offline };
const node = { file: "src/platform/node.ts", test: processes };

export default [
  // Coming and going
  {
    ...page,
    promise: "a browser that goes offline suspends the client",
    from: '[window, "offline", report],',
    to: "",
  },
  {
    ...page,
    promise: "a browser that comes online resumes the client",
    from: '[window, "online", report],',
    to: "",
  },
  {
    ...page,
    promise: "a page that starts offline is suspended",
    from: "if (absent()) report();",
    to: "",
  },
  {
    ...page,
    promise: "a page that comes back into view refreshes",
    from: '? "hidden" : "shown"',
    to: '? "hidden" : "hidden"',
  },
  {
    ...page,
    promise: "a page that freezes is suspended",
    from: '[document, "freeze", freeze],',
    to: "",
  },
  {
    ...page,
    promise: "a page that is resumed comes back",
    from: '[document, "resume", thaw],',
    to: "",
  },
  {
    ...page,
    promise: "a page that enters the back-forward cache is suspended",
    from: "if ((event as PageTransitionEvent).persisted) freeze();",
    to: "",
  },
  {
    ...page,
    promise: "a page that leaves the back-forward cache comes back",
    from: '[window, "pageshow", (event)',
    to: '[window, "pagenever", (event)',
  },
  {
    promise: "on return there is one refresh",
    file: "machines/connection.machine.ts",
    from: 'resume: { target: "choosing", actions: wish("return") }',
    to: 'resume: { target: "choosing" }',
    test: offline,
  },
  {
    promise: "on return there is never a burst",
    file: "machines/refresh.machine.ts",
    from: '{ guard: { type: "fromReturn", params: wisher } },',
    to: "",
    test: "test/integration/client/page.test.ts",
  },
  {
    ...late,
    promise: "a laptop that slept refreshes",
    from: "        onLate();\n",
    to: "",
  },
  {
    ...late,
    promise: "a timer that fires more than 5 s late counts as a resume",
    from: "LATE_MS = 5_000",
    to: "LATE_MS = 5_002",
  },
  {
    ...late,
    promise: "a timer that fires less than 5 s late is a timer",
    from: "LATE_MS = 5_000",
    to: "LATE_MS = 4_998",
  },
  {
    ...late,
    promise: "a wall clock that jumps forward counts as a resume",
    from: "Math.max(clock.now() - since.wall, clock.monotonic() - since.monotonic)",
    to: "clock.monotonic() - since.monotonic",
  },
  {
    ...late,
    promise: "a sleep is noticed although the wall clock was put back",
    from: "Math.max(clock.now() - since.wall, clock.monotonic() - since.monotonic)",
    to: "clock.now() - since.wall",
  },
  {
    promise: "a wall clock that is put back a day keeps no failure alive",
    file: "machines/circuit-breaker.machine.ts",
    from: "Math.abs(context.at - t)",
    to: "(context.at - t)",
    test: "test/machines/circuit-breaker.test.ts",
  },
  {
    promise: "the age of flags is by wall time where that is larger",
    file: "src/client/flag-store.ts",
    from: "Math.max(0, wall, monotonic)",
    to: "Math.max(0, monotonic)",
    test: time,
  },
  {
    promise: "the age of flags is by monotonic time where that is larger",
    file: "src/client/flag-store.ts",
    from: "Math.max(0, wall, monotonic)",
    to: "Math.max(0, wall)",
    test: "test/unit/client/flag-store.test.ts",
  },
  {
    promise: "a return checks the clocks of flags, hold and circuit",
    file: "machines/client.setup.ts",
    from: 'for (const id of ["freshness", "hold", "circuit"]) {',
    to: 'for (const id of ["hold"]) {',
    test: time,
  },
  {
    promise: "after a sleep the stream is opened anew",
    file: "machines/connection.machine.ts",
    from: 'guard: { type: "slept", params: ({ event }) => event },',
    to: "guard: () => false,",
    test: time,
  },

  // setOffline
  {
    ...client,
    promise: "offline there is no new request",
    from: '{ guard: "offline", actions: refuse("offline") }',
    to: '{ guard: ({ event }) => event.purpose === "stream", actions: refuse("offline") }',
  },
  {
    promise: "offline a POST already sent may finish",
    file: "machines/client.setup.ts",
    from: 'loseNetwork: sendTo("refresh", { type: "network.lost" })',
    to: 'loseNetwork: enqueueActions(({ enqueue }) => { enqueue.sendTo("refresh", { type: "network.lost" }); enqueue.sendTo("tracking", { type: "batch.failed", failure: { kind: "offline" } } as never); })',
    test: offline,
  },
  {
    promise: "offline an identify already sent may finish",
    file: "machines/refresh.machine.ts",
    from: 'on: { "fetch.wanted": join },\n      states: {',
    to: 'on: { "fetch.wanted": join, "network.lost": { target: "interrupted", actions: failedOffline } },\n      states: {',
    test: offline,
  },
  {
    promise: "going offline aborts GETs",
    file: "machines/refresh.machine.ts",
    from: '"network.lost": { target: "interrupted", actions: ["tellVoided", failedOffline] },',
    to: "",
    test: offline,
  },
  {
    promise: "going offline aborts the stream",
    file: "machines/client.setup.ts",
    from: 'suspend: sendTo("connection", { type: "suspend" })',
    to: 'suspend: sendTo("connection", { type: "ignored" } as never)',
    test: offline,
  },
  {
    promise: "offline refresh and identify reject with OFFLINE",
    file: "src/client/failures.ts",
    from: 'code: "OFFLINE",',
    to: "",
    test: offline,
  },
  {
    promise: "offline identify rejects although flags are in hand",
    file: "src/client/notices.ts",
    from: '(failure.kind === "error" || failure.kind === "open")',
    to: 'failure.kind !== "held"',
    test: offline,
  },
  {
    promise: "offline init resolves with what is in hand",
    file: "machines/client.user.ts",
    from: '{\n    guard: { type: "currentWithReserve", params: epochOf },\n    actions: [...adoptReserve, "doubtFlags"],\n  },',
    to: "",
    test: "test/integration/client/starting.test.ts",
  },
  {
    promise: "offline init rejects with nothing in hand",
    file: "machines/client.phase.ts",
    from: 'actions: { type: "settleInit", params: failureOf },',
    to: "actions: initDone,",
    test: offline,
  },
  {
    promise: "back online what waited goes out",
    file: "machines/client.surroundings.ts",
    from: '{ guard: "pagePresent", target: "online", actions: ["resume", "openGates"] }',
    to: '{ guard: "pagePresent", target: "online", actions: ["resume"] }',
    test: offline,
  },

  // The process
  {
    ...node,
    promise: "an idle polling client does not keep the process alive",
    from: "setTimeout(callback, ms).unref()",
    to: "setTimeout(callback, ms)",
  },
  {
    ...node,
    promise: "an idle streaming client does not keep the process alive",
    from: 'outgoing.on("socket", (socket) => socket.unref());',
    to: "",
  },
  {
    ...node,
    promise: "an unsettled promise keeps the process alive",
    from: "setInterval(() => {}, 1 << 30)",
    to: "setInterval(() => {}, 1 << 30).unref()",
  },
  {
    promise: "a settled promise lets the process go",
    file: "src/client/pending.ts",
    from: "this.#release?.();\n",
    to: "",
    test: processes,
  },
];
