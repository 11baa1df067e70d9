const CONNECTION = "machines/connection.machine.ts";
const SETUP = "machines/connection.setup.ts";
const REFRESH = "machines/refresh.machine.ts";
const REFRESH_SETUP = "machines/refresh.setup.ts";
const POLLING = "test/integration/client/polling.test.ts";
const STREAMING = "test/integration/client/streaming.test.ts";
const QUEUE = "test/integration/client/one-fetch.test.ts";
const PLAN_POLL =
  "const pollDelayMs = spread(pollInterval(context), POLL_JITTER, () => context.dice);";

/** Breaks of PRODUCT's promises about keeping current. */
export default [
  {
    promise: "polling: one request per interval at most",
    file: SETUP,
    from: PLAN_POLL,
    to: PLAN_POLL.replace("pollInterval(context)", "pollInterval(context) / 2"),
    test: POLLING,
  },
  {
    promise: "polling: one request per interval, interval after interval",
    file: CONNECTION,
    from: 'after: { pollDelay: { target: "polling", reenter: true, actions: wish("poll") } }',
    to: 'after: { pollDelay: { actions: wish("poll") } }',
    test: POLLING,
  },
  {
    promise: "polling: an interval of 0 is none",
    file: SETUP,
    from: "polls: ({ context }) => context.refreshIntervalMs > 0",
    to: "polls: () => true",
    test: POLLING,
  },
  {
    promise: "polling: never overlapping",
    file: REFRESH,
    from: "          join,\n        ],",
    to: '          { target: "admitting", actions: { type: "begin", params: wisher } },\n        ],',
    test: POLLING,
  },
  {
    promise: "polling: each interval is jittered, by no less than 10 %",
    file: SETUP,
    from: "const POLL_JITTER = 0.1;",
    to: "const POLL_JITTER = 0.05;",
    test: POLLING,
  },
  {
    promise: "polling: each interval is jittered, by no more than 10 %",
    file: SETUP,
    from: "const POLL_JITTER = 0.1;",
    to: "const POLL_JITTER = 0.2;",
    test: POLLING,
  },
  {
    promise: "polling: each interval anew",
    file: SETUP,
    from: PLAN_POLL,
    to: PLAN_POLL.replace("= spread", "= context.pollDelayMs || spread"),
    test: POLLING,
  },
  {
    promise: "fetching: a change announced during a fetch is never missed",
    file: REFRESH_SETUP,
    from: 'params.by === "stream" || (params.by === "app" &&',
    to: '(params.by === "app" &&',
    test: STREAMING,
  },
  {
    promise: "fetching: an announced change is not missed when its fetch fails",
    file: "machines/client.machine.ts",
    from: '"fetch.failed": { guard: current, actions: "doubtFlags" },',
    to: "",
    test: "test/integration/client/stream-heals.test.ts",
  },
  {
    promise: "fetching: nor when remembered flags serve because it failed",
    file: "machines/client.machine.ts",
    from: 'actions: ["adoptReserve", "doubtFlags"],',
    to: 'actions: "adoptReserve",',
    test: "test/integration/client/stream-heals.test.ts",
  },
  {
    promise: "fetching: nor is it asked for at the very end of a hold",
    file: "machines/connection.machine.ts",
    from: 'on: { "hold.ended": "resting" },',
    to: "",
    test: "test/integration/client/stream-heals.test.ts",
  },
  {
    promise: "fetching: a refresh during a fetch that nobody forced is another fetch",
    file: REFRESH_SETUP,
    from: '|| (params.by === "app" && !context.forced && !context.probe)',
    to: "",
    test: POLLING,
  },
  {
    promise: "fetching: a refresh during a forced fetch shares it",
    file: REFRESH_SETUP,
    from: '(params.by === "app" && !context.forced && !context.probe)',
    to: '(params.by === "app" && !context.probe)',
    test: POLLING,
  },
  {
    promise: "fetching: any number of wishes become at most one more fetch",
    file: REFRESH_SETUP,
    from: "attempt: 0,\n      again: undefined,",
    to: "attempt: 0,",
    test: QUEUE,
  },
  {
    promise: "fetching: a refresh is not forgotten for a change announced after it",
    file: REFRESH_SETUP,
    from: 'again: context.again === "app" ? "app" : params.by,',
    to: "again: params.by,",
    test: QUEUE,
  },
  {
    promise: "fetching: a change announced while a retry waits is served by that retry",
    file: REFRESH,
    from: 'after: { retryDelay: "admitting" },\n      on: {\n        "fetch.wanted": join,',
    to: 'after: { retryDelay: "admitting" },\n      on: {\n        "fetch.wanted": { actions: { type: "queue", params: wisher } },',
    test: QUEUE,
  },
  {
    promise: "fetching: what the stream wishes for starts at most every 100 ms",
    file: "src/client/wire-up.ts",
    from: "const STREAM_SPACING_MS = 100;",
    to: "const STREAM_SPACING_MS = 99;",
    test: STREAMING,
  },
  {
    promise: "fetching: what the stream wishes for waits no longer than 100 ms",
    file: "src/client/wire-up.ts",
    from: "const STREAM_SPACING_MS = 100;",
    to: "const STREAM_SPACING_MS = 101;",
    test: STREAMING,
  },
  {
    promise: "fetching: only what the stream wishes for is spaced",
    file: REFRESH_SETUP,
    from: 'fromStream: (_, params: { by: WishSource }) => params.by === "stream"',
    to: "fromStream: () => true",
    test: STREAMING,
  },
  {
    promise: "fetching: a broadcast change is spread over changeJitterMs",
    file: SETUP,
    from: "Math.round(context.changeJitterMs * context.dice)",
    to: "0",
    test: STREAMING,
  },
  {
    promise: "fetching: a broadcast change is spread over all of changeJitterMs",
    file: SETUP,
    from: "Math.round(context.changeJitterMs * context.dice)",
    to: "Math.round(context.changeJitterMs * Math.min(0.5, context.dice))",
    test: QUEUE,
  },
  {
    promise: "fetching: a broadcast change is spread only when changeJitterMs is set",
    file: SETUP,
    from: "spreadsChanges: ({ context }) => context.changeJitterMs > 0",
    to: "spreadsChanges: () => true",
    test: STREAMING,
  },
  {
    promise: "a 304 that was not asked for is no answer",
    file: "src/actors/fetch-flags.ts",
    from: "} else if (answer.status === 304 && asked !== undefined) {",
    to: "} else if (answer.status === 304) {",
    test: POLLING,
  },
  {
    promise: "a 304 that belongs to flags no longer in hand is no answer",
    file: "src/actors/fetch-flags.ts",
    from: "asked !== undefined && ports.etag() !== asked",
    to: "asked !== undefined && false",
    test: QUEUE,
  },
  {
    promise: "a 304 that belongs to other attributes is no answer: their ETag is not sent",
    file: "src/client/flag-store.ts",
    from: "this.#set = { ...this.#set, etag: undefined };",
    to: "",
    test: POLLING,
  },
  {
    promise:
      "a 304 that belongs to other attributes is no answer: their remembered ETag is not sent",
    file: "src/client/flag-cache.ts",
    from: "etag: sameTraits ? entry.etag : undefined",
    to: "etag: entry.etag",
    test: "test/integration/client/remembering.test.ts",
  },
  {
    promise: "a 304 that belongs to another user is no answer: that user's ETag is not sent",
    file: "src/client/flag-store.ts",
    from: "this.epoch++;\n    if (sameId &&",
    to: `this.epoch++;
    const kept = this.etag;
    Object.defineProperty(this, "etag", { get: () => (this.#set ?? { etag: kept }).etag });
    if (sameId &&`,
    test: POLLING,
  },
  {
    promise: "another id is another user",
    file: "src/client/flag-store.ts",
    from: "const sameId = user?.id === this.user?.id;",
    to: "const sameId = true;",
    test: "test/integration/client/users.test.ts",
  },
  {
    promise: "the same id with other attributes keeps its flags",
    file: "src/client/flag-store.ts",
    from: "if (sameId && this.#set !== undefined) {",
    to: "if (false) {",
    test: "test/integration/client/users.test.ts",
  },
  {
    promise: "the same id with another e-mail has other attributes, too",
    file: "src/flags/user.ts",
    from: "JSON.stringify([user?.email ?? null, attributes])",
    to: "JSON.stringify([null, attributes])",
    test: "test/integration/client/same-user.test.ts",
  },
  {
    promise: "the same id with the same attributes in another order has no other attributes",
    file: "src/flags/user.ts",
    from: ".sort(([a], [b]) => (a < b ? -1 : 1))",
    to: "",
    test: "test/integration/client/same-user.test.ts",
  },
  {
    promise: "the flags of other attributes are stale",
    file: "src/client/flag-store.ts",
    from: 'this.stale = true;\n      return "outdated";',
    to: 'return "kept";',
    test: "test/integration/client/users.test.ts",
  },
  {
    promise: "the flags of other attributes are stale until the answer, and then no more",
    file: "machines/client.setup.ts",
    from: 'enqueue.emit({ type: "flags.received", epoch: params.epoch, answer: params.answer });\n        enqueue.sendTo("freshness"',
    to: 'enqueue.emit({ type: "flags.received", epoch: params.epoch, answer: params.answer });\n        enqueue.sendTo("page"',
    test: "test/integration/client/users.test.ts",
  },
  {
    promise:
      "the flags of other attributes are stale until the answer, also while the stream is open",
    file: "machines/freshness.machine.ts",
    from: 'actions: ["rejuvenate", "notifyVouched"] },\n            "flags.outdated": "stale",',
    to: 'actions: ["rejuvenate", "notifyVouched"] },',
    test: "test/integration/client/same-user.test.ts",
  },
];
