/** Breaks of PRODUCT's promises about failing: Retry-After and refused keys. */
const after = "test/integration/failing/retry-after.test.ts";
const outdated = "test/integration/client/one-fetch.test.ts";
const machine = "test/machines/refresh.test.ts";
const key = "test/integration/failing/refused-key.test.ts";
const header = { file: "src/time/retry-after.ts", test: after };
const answer = { file: "src/errors/from-response.ts", test: after };
const loop = { file: "machines/flush-loop.machine.ts", test: after };
const client = { file: "machines/client.machine.ts", test: key };
const fetching = { file: "machines/refresh.machine.ts", test: key };

/** Lets one channel's requests out while the hold lasts. */
const letOut = (what, which) => ({
  promise: `Retry-After holds ${what}`,
  file: "machines/origin-hold.machine.ts",
  from: '"permit.requested": { actions: { type: "refuse", params: ({ event }) => event } }',
  to: `"permit.requested": [{ guard: ({ event }) => ${which}, actions: { type: "passOn", params: ({ event }) => event } }, { actions: { type: "refuse", params: ({ event }) => event } }]`,
  test: after,
});

export default [
  // Retry-After: what counts
  {
    ...header,
    promise: "Retry-After in seconds holds",
    from: "return withinBounds(Number(text) * 1_000)",
    to: "return undefined",
  },
  {
    ...header,
    promise: "Retry-After as a date holds",
    from: "return withinBounds(Date.parse(text) - now)",
    to: "return undefined",
  },
  {
    ...answer,
    promise: "Retry-After on 429 holds",
    from: "new RateLimitError(message, { ...options, ...retryAfter })",
    to: "new RateLimitError(message, options)",
  },
  {
    ...answer,
    promise: "Retry-After on 503 holds",
    from: "new ServerError(message, { ...options, ...retryAfter })",
    to: "new ServerError(message, options)",
  },
  {
    ...answer,
    promise: "Retry-After on other answers does not hold",
    from: "? new ServerError(message, options)",
    to: "? new ServerError(message, { ...options, ...retryAfter })",
  },
  {
    ...header,
    promise: "a negative or past Retry-After falls back to backoff",
    from: "ms > 0 && ms <=",
    to: "ms !== 0 && ms <=",
  },
  {
    ...header,
    promise: "a malformed Retry-After falls back to backoff",
    from: "/^\\d+$/",
    to: "/^[\\d.]+$/",
  },
  {
    ...header,
    promise: "a Retry-After of more than an hour falls back to backoff",
    from: " && ms <= MAX_RETRY_AFTER_MS",
    to: "",
  },

  // Retry-After: whom it holds
  letOut("flags", 'event.purpose === "flags"'),
  letOut("identify", 'event.purpose === "identify"'),
  letOut("stream reconnects", 'event.channel === "connection"'),
  letOut("events", 'event.channel === "tracking"'),
  letOut("telemetry", 'event.channel === "telemetry"'),
  {
    ...fetching,
    promise: "a Retry-After of GET flags holds every channel",
    from: '{ type: "askHold", params: errorOf }, ...attemptFailed',
    to: "...attemptFailed",
    test: after,
  },
  {
    ...fetching,
    promise: "a Retry-After of POST identify holds every channel",
    from: '["sample", { type: "askHold", params: errorOf }, failedWith]',
    to: "[failedWith]",
    test: after,
  },
  {
    promise: "a Retry-After of the stream holds every channel",
    file: "machines/connection.machine.ts",
    from: '{ type: "askHold", params: errorOf },',
    to: "",
    test: after,
  },
  {
    ...loop,
    promise: "a Retry-After of a POST of events or counts holds every channel",
    from: '["sample", { type: "askHold", params: ({ event }) => event }, failed]',
    to: "[failed]",
  },

  // Retry-After: after a 304 for flags that are gone
  {
    ...fetching,
    promise: "a 304 for flags that are gone lets no request out while a hold holds",
    from: '{ type: "outdated", params: outcomeOf },\n            target: "admitting",',
    to: '{ type: "outdated", params: outcomeOf },\n            target: "requesting",\n            reenter: true,',
    test: outdated,
  },
  {
    ...fetching,
    promise: "a 304 for flags that are gone is no end of the fetch",
    from: '{ type: "outdated", params: outcomeOf },\n            target: "admitting",',
    to: '{ type: "outdated", params: outcomeOf },\n            target: "settled",',
    test: outdated,
  },
  {
    ...fetching,
    promise: "a 304 for flags that are gone is a success of the server",
    from: 'actions: "tellSuccess",',
    to: 'actions: "tellVoided",',
    test: machine,
  },
  {
    ...fetching,
    promise: "a 304 for flags that are gone takes no retry",
    from: 'actions: "tellSuccess",',
    to: 'actions: ["tellSuccess", ({ context }) => { context.attempt = 1; }],',
    test: machine,
  },

  // Retry-After: while it holds
  {
    promise: "while held callers get a RateLimitError",
    file: "src/client/failures.ts",
    from: "return new RateLimitError(",
    to: "return new RollgateError(",
    test: after,
  },
  {
    promise: "while held retryAfter is what is left",
    file: "src/client/failures.ts",
    from: "retryAfter: Math.max(0, failure.until - now) / 1_000",
    to: "retryAfter: failure.until / 1_000",
    test: after,
  },
  {
    promise: "while held flushEvents rejects at once",
    file: "src/client/notices.ts",
    from: "reject(core, failure, [kind]);",
    to: 'if (failure.kind !== "held") reject(core, failure, [kind]);',
    test: after,
  },
  {
    promise: "while held identify rejects, also when cached flags serve",
    file: "src/client/notices.ts",
    from: '(failure.kind === "error" || failure.kind === "open")',
    to: 'failure.kind !== "offline"',
    test: after,
  },
  {
    promise: "while held identify swaps the user",
    file: "src/client/client.ts",
    from: "const flags = this.#store.swapUser(user);",
    to: 'const flags = this.getState().hold === "held" ? "kept" : this.#store.swapUser(user);',
    test: after,
  },
  {
    promise: "while held cached flags of the new user serve",
    file: "machines/client.setup.ts",
    from: 'servable: (_, load: CacheLoad) => load.grade === "fresh" ||',
    to: 'servable: (_, load: CacheLoad) => load.holdMs > 0 && load.grade === "fresh" ||',
    test: after,
  },
  {
    promise: "while held a new user without cached flags gets defaults",
    file: "src/client/flag-store.ts",
    from: "this.#set = undefined;",
    to: "",
    test: after,
  },

  // Retry-After: afterwards
  {
    promise: "after a hold the flags are fetched",
    file: "machines/connection.machine.ts",
    from: '{ guard: "mayAsk", target: "free", actions: wish("hold") }',
    to: '{ guard: "mayAsk", target: "free" }',
    test: after,
  },
  {
    promise: "after a hold the flags are fetched at a jittered moment",
    file: "machines/connection.setup.ts",
    from: "releaseDelayMs: uniform(0, context.spreadMs, () => context.dice)",
    to: "releaseDelayMs: 0",
    test: after,
  },
  {
    promise: "after a hold the stream reconnects",
    file: "machines/connection.machine.ts",
    from: 'target: "releasing",',
    to: 'target: "held",',
    test: after,
  },
  {
    ...loop,
    promise: "after a hold events and counts go on",
    from: 'target: "releasing"',
    to: 'target: "held"',
  },
  {
    promise: "after a hold each channel has a moment of its own",
    file: "machines/flush-loop.setup.ts",
    from: "uniform(0, context.spreadMs, () => context.dice)",
    to: "uniform(0, context.spreadMs, () => 0.5)",
    test: after,
  },
  {
    ...loop,
    promise: "after a hold events and counts go on at a jittered moment",
    from: 'target: "releasing"',
    to: 'target: "asking"',
  },
  {
    promise: "the hold is persisted",
    file: "src/client/notices.ts",
    from: "services.cache.rememberHold(until)",
    to: "void until",
    test: after,
  },
  {
    promise: "a persisted hold holds the next process",
    file: "machines/client.setup.ts",
    from: "if (load.holdMs > 0) {",
    to: "if (load.holdMs < 0) {",
    test: after,
  },

  // Refused keys
  {
    ...fetching,
    promise: "a refused key is not retried within a fetch",
    from: 'target: "settled",\n            actions: ["tellVoided", "notifyKeyRefused", failedWith]',
    to: 'target: "retryWait",\n            actions: ["tellVoided"]',
  },
  {
    promise: "401 is a refused key",
    file: "src/errors/from-response.ts",
    from: "    case 401:\n",
    to: "",
    test: key,
  },
  {
    promise: "403 is a refused key",
    file: "src/errors/from-response.ts",
    from: "    case 403:\n",
    to: "",
    test: key,
  },
  {
    promise: "connection shows unauthorized while the key is refused",
    file: "machines/refresh.setup.ts",
    from: 'sendParent({ type: "key.refused", by: "refresh" })',
    to: 'sendParent({ type: "key.ignored" } as never)',
    test: key,
  },
  {
    promise: "while the key is refused GET flags goes on asking",
    file: "machines/connection.machine.ts",
    from: '{ target: "unauthorized", reenter: true, actions: wish("key") }',
    to: '{ target: "unauthorized", reenter: true }',
    test: key,
  },
  {
    promise: "while the key is refused there is one GET per recoveryTimeoutMs",
    file: "machines/connection.setup.ts",
    from: "recoveryTimeout: ({ context }) => context.recoveryTimeoutMs",
    to: "recoveryTimeout: ({ context }) => context.recoveryTimeoutMs / 2",
    test: key,
  },
  {
    promise: "the question about the key is a GET, no identify",
    file: "machines/refresh.setup.ts",
    from: "!context.identifyTried && !context.keyProbe",
    to: "!context.identifyTried",
    test: key,
  },
  {
    promise: "while the key is refused there is no stream",
    file: "machines/connection.machine.ts",
    from: 'on: { close: ".closed", suspend: ".suspended", "key.refused": ".unauthorized" }',
    to: 'on: { close: ".closed", suspend: ".suspended" }',
    test: key,
  },
  {
    ...client,
    promise: "while the key is refused no stream is asked for",
    from: '{ guard: "keyRefused", actions: refuse("unauthorized") }',
    to: '{ guard: ({ event }) => event.channel === "never", actions: refuse("unauthorized") }',
    test: "test/machines/client.test.ts",
  },
  {
    ...client,
    promise: "while the key is refused events wait",
    from: '{ guard: "keyRefused", actions: refuse("unauthorized") }',
    to: '{ guard: ({ event }) => event.channel === "connection", actions: refuse("unauthorized") }',
  },
  {
    ...client,
    promise: "while the key is refused there are no probes of the circuit",
    from: '"probe.due": { guard: "keyAccepted", actions: wish("probe") }',
    to: '"probe.due": { actions: wish("probe") }',
    test: "test/machines/client.test.ts",
  },
  {
    promise: "a key that works again heals the connection",
    file: "machines/client.setup.ts",
    from: 'enqueue.raise({ type: "key.accepted" });\n        enqueue.raise({ type: "flags.fetched" });',
    to: 'enqueue.raise({ type: "flags.fetched" });',
    test: key,
  },
  {
    promise: "a key that works again lets events go out",
    file: "machines/client.surroundings.ts",
    from: '["acceptKey", "openGates"]',
    to: '["acceptKey"]',
    test: key,
  },
  {
    ...client,
    promise: "an explicit refresh asks at once although the key is refused",
    from: 'refresh: { actions: wish("app") }',
    to: 'refresh: { guard: "keyAccepted", actions: wish("app") }',
  },
  {
    ...client,
    promise: "an explicit identify asks at once although the key is refused",
    from: '{ guard: { type: "fromRefresh", params: requestOf }, actions: forward() }',
    to: '{ guard: ({ event }) => event.purpose === "flags" && event.channel === "refresh", actions: forward() }',
  },
];
