/** Breaks of the promises to serverless and edge platforms. */
const flush = "test/integration/serverless/flush.test.ts";
const freeze = "test/integration/serverless/freeze.test.ts";
const cold = "test/integration/serverless/cold-start.test.ts";
const edge = "test/integration/serverless/edge-entry.test.ts";
const trip = "test/integration/serverless/one-trip.test.ts";
const telemetry = "test/integration/delivery/telemetry.test.ts";
const settling = { file: "src/client/flush.ts", test: flush };
const loop = { file: "machines/flush-loop.machine.ts", test: freeze };
const fetching = { file: "machines/refresh.machine.ts", test: cold };
const platform = { file: "src/platform/edge.ts", test: edge };

export default [
  // flush()
  {
    ...settling,
    promise: "flush() waits for the fetch that is under way",
    from: '"client", "refresh", "tracking"',
    to: '"client", "tracking"',
  },
  {
    ...settling,
    promise: "flush() waits until what is to be kept is written",
    from: '"telemetry", "cache", "outbox"',
    to: '"telemetry"',
  },
  {
    ...settling,
    promise: "flush() writes now what would be written later",
    from: 'core.send({ type: "flush.deferred" });',
    to: "",
  },
  {
    ...settling,
    promise: "flush() waits for closeTimeoutMs at most",
    from: "await inTime(work(), config.closeTimeoutMs, services.clock, () => {});",
    to: "await work();",
  },
  {
    ...settling,
    promise: "flush() keeps Node alive while it waits",
    from: "const letGo = services.platform.keepAlive();",
    to: "const letGo = () => {};",
  },
  {
    ...settling,
    promise: "flush() never rejects",
    from: "await Promise.allSettled(send());",
    to: "await Promise.all(send());",
  },
  {
    file: "src/client/client.ts",
    test: flush,
    promise: "flush() sends evaluation counts, too",
    from: "() => [this.flushEvents(), this.flushTelemetry()]",
    to: "() => [this.flushEvents()]",
  },
  {
    file: "src/client/client.ts",
    test: flush,
    promise: "flush() has nothing to do before init",
    from: "if (!this.#initialized) return Promise.resolve();\n    return flushAll",
    to: "return flushAll",
  },
  {
    file: "src/client/client.ts",
    test: flush,
    promise: "flush() after close() is what close() returned",
    from: "if (this.#core.closing !== undefined) return this.#core.closing;\n    if (!this.#initialized) return Promise",
    to: "if (!this.#initialized) return Promise",
  },
  {
    file: "machines/client.machine.ts",
    test: flush,
    promise: "flush() sends what an earlier life left, though it is still being read",
    from: 'tags: "busy",',
    to: "",
  },
  {
    file: "machines/persistence.machine.ts",
    test: "test/machines/persistence.test.ts",
    promise: "a confirmation that waits for its time is written when it is asked for",
    from: 'on: { "content.changed": "dirty", flush: "saving", close: "finishing" },',
    to: 'on: { "content.changed": "dirty", close: "finishing" },',
  },
  {
    file: "src/client/client.ts",
    test: telemetry,
    promise: "counts made while a report is under way go with the flush that was asked for then",
    from: 'channel: "telemetry", count: 2',
    to: 'channel: "telemetry", count: 1',
  },
  {
    file: "src/client/notices.ts",
    test: telemetry,
    promise: "a flush of counts is not over with the report of earlier ones",
    from: 'pending.resolve("telemetry", telemetry.reported);',
    to: 'pending.resolve("telemetry");',
  },
  {
    file: "src/client/client.ts",
    test: telemetry,
    promise: "the first report's period begins with init",
    from: "if (!this.#initialized) core.services.telemetry.begin();",
    to: "",
  },

  // A freeze
  {
    ...loop,
    promise: "without an interval no timer waits to send",
    from: 'always: { guard: "timed", target: "timed" }',
    to: 'always: { target: "timed" }',
  },
  {
    ...loop,
    promise: "without an interval a batch that failed waits for the next flush",
    from: '{ guard: "onDemand", target: "buffering", actions: failed },',
    to: "",
  },
  {
    ...loop,
    promise: "without an interval nothing is sent by itself after a hold",
    from: '{ guard: "onDemand", target: "buffering" },\n              {',
    to: "{",
  },
  {
    ...loop,
    promise: "without an interval nothing is sent by itself after being offline",
    from: '[{ guard: "onDemand", target: "buffering" }, { target: "asking" }]',
    to: '[{ target: "asking" }]',
  },
  {
    ...loop,
    file: "machines/refresh.machine.ts",
    promise: "flush() leaves no timer of a pause between fetches",
    from: "flush: cooled,",
    to: "",
  },
  {
    ...loop,
    file: "src/client/client-state.ts",
    promise: "no next flush is announced where none is planned",
    from: "return flushIntervalMs > 0 ? at + flushIntervalMs : undefined;",
    to: "return at + flushIntervalMs;",
  },

  // A cold start
  {
    file: "machines/client.setup.ts",
    test: cold,
    promise: "with revalidateFresh: false a fresh copy is not asked for again",
    from: 'context.trustsFresh && load.grade === "fresh"',
    to: "false",
  },
  {
    file: "machines/client.setup.ts",
    test: cold,
    promise: "a stale copy is asked for all the same",
    from: 'context.trustsFresh && load.grade === "fresh"',
    to: "context.trustsFresh",
  },
  {
    file: "machines/client.setup.ts",
    test: cold,
    promise: "identify() resolves with a copy that is good enough",
    from: 'if (isEnough) enqueue.emit({ type: "fetch.settled", forced: false });',
    to: "",
  },
  {
    file: "src/client/machine-input.ts",
    test: cold,
    promise: "a stream is followed by a fetch also with revalidateFresh: false",
    from: "!config.cache.revalidateFresh && !config.enableStreaming",
    to: "!config.cache.revalidateFresh",
  },
  {
    ...fetching,
    promise: "a refresh() that came while storage was read is honoured",
    from: '{ guard: "forced", target: "admitting", actions: adoptUser },\n          { target: "idle"',
    to: '{ target: "idle"',
  },
  {
    ...fetching,
    promise: "a user with a good copy takes over from one whose POST is under way",
    from: '],\n            "user.noted": { target: "overtakenReady", actions: adoptUser },',
    to: "],",
  },
  {
    file: "src/client/core.ts",
    test: cold,
    promise: "refresh({ ifOlderThanMs }) asks for flags that are that old",
    from: "store.age < ms ||",
    to: "",
  },
  {
    file: "src/client/core.ts",
    test: cold,
    promise: "refresh({ ifOlderThanMs }) asks when there are no flags",
    from: "return store.set !== undefined && (store.age < ms",
    to: "return (store.age < ms",
  },
  {
    file: "src/client/core.ts",
    test: cold,
    promise: "refresh({ ifOlderThanMs }) trusts an open stream",
    from: 'ms > 0 && value.age === "live"',
    to: "false",
  },
  {
    file: "src/client/core.ts",
    test: trip,
    promise: "a start asks its storage in one trip",
    from: "const reading = cache.read(place, !hasFlags);",
    to: "await this.#found;\n    const reading = cache.read(place, !hasFlags);",
  },

  // Edge servers
  {
    ...platform,
    promise: "an edge server is no browser",
    from: "browser: false,",
    to: "browser: true,",
  },
  {
    ...platform,
    promise: "on an edge server unsent events are kept where the app says",
    from: "return keepEvents(createStorageOutbox",
    to: "return void keepEvents(createStorageOutbox",
  },
  {
    ...platform,
    promise: "the evaluator is part of the edge build",
    from: "loadRules: async () => rulesEngine,",
    to: "loadRules: () => Promise.reject(rulesEngine),",
  },
  {
    file: "src/platform/digest.ts",
    test: edge,
    promise: "an edge server and Node name the same entries alike",
    from: '.padStart(2, "0")',
    to: "",
  },
  {
    file: "src/client/client.ts",
    test: edge,
    promise: "`start` closes an edge client whose init rejects",
    from: "await client.close();",
    to: "",
  },
];
