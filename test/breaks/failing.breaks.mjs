/** Breaks of PRODUCT's promises about failing: attempts, breaker, healing. */
const retries = "test/integration/failing/retries.test.ts";
const circuit = "test/integration/failing/circuit.test.ts";
const halfOpen = "test/integration/failing/half-open.test.ts";
const refresh = { file: "machines/refresh.setup.ts", test: retries };
const fetching = { file: "machines/refresh.machine.ts", test: circuit };
const breaker = { file: "machines/circuit-breaker.machine.ts", test: circuit };
const probing = { file: breaker.file, test: halfOpen };
const outage = { file: "src/errors/from-response.ts", test: circuit };

export default [
  // Attempts
  {
    ...refresh,
    promise: "maxRetries extra attempts, no more",
    from: "context.attempt < context.maxRetries",
    to: "context.attempt <= context.maxRetries",
  },
  {
    ...refresh,
    promise: "only retryable failures are retried",
    from: "ensureRollgateError(params.error).retryable &&",
    to: "ensureRollgateError(params.error) &&",
  },
  {
    promise: "a retry waits base · 2ⁿ",
    file: "src/time/backoff.ts",
    from: "options.baseDelayMs * 2 **",
    to: "options.baseDelayMs * 3 **",
    test: retries,
  },
  {
    promise: "a retry waits maxDelayMs at most",
    file: "src/time/backoff.ts",
    from: "Math.min(options.baseDelayMs",
    to: "Math.max(options.baseDelayMs",
    test: retries,
  },
  {
    promise: "a retry is spread by ± jitterFactor",
    file: "src/time/backoff.ts",
    from: "(random() * 2 - 1) * factor",
    to: "random() * factor",
    test: retries,
  },
  {
    ...refresh,
    promise: "an attempt has timeoutMs",
    from: "requestTimeout: ({ context }) => context.requestTimeoutMs",
    to: "requestTimeout: ({ context }) => context.requestTimeoutMs * 2",
  },
  {
    promise: "the deadline timeoutMs covers the body",
    file: "src/actors/fetch-flags.ts",
    from: "return fromPromise<FetchOutcome, { epoch: number }>(async ({ signal, system }) => {",
    to: "return fromPromise<FetchOutcome, { epoch: number }>(async ({ signal: _, system }) => {\n    const { signal } = new AbortController();",
    test: retries,
  },

  // Breaker: what counts
  {
    ...fetching,
    promise: "each attempt that ends in an outage is one failure, retries included",
    from: 'actions: [...attemptFailed, { type: "noteError", params: errorOf }],',
    to: 'actions: [attemptFailed[1], { type: "noteError", params: errorOf }],',
  },
  {
    ...outage,
    promise: "a network error is an outage",
    from: "error instanceof NetworkError || error",
    to: 'error.name === "TimeoutError" || error',
  },
  {
    ...outage,
    promise: "a timeout is an outage",
    from: "error instanceof NetworkError || error",
    to: 'error.name === "NetworkError" || error',
  },
  {
    ...outage,
    promise: "an invalid answer is an outage",
    from: " || error instanceof InvalidResponseError) return true",
    to: ") return true",
  },
  {
    ...outage,
    promise: "408 is an outage",
    from: "statusCode === 408 || statusCode",
    to: "statusCode",
  },
  {
    ...outage,
    promise: "429 is an outage",
    from: "statusCode === 429 || statusCode",
    to: "statusCode",
  },
  {
    ...outage,
    promise: "5xx is an outage",
    from: "|| statusCode >= 500",
    to: "|| statusCode > 599",
  },
  {
    ...outage,
    promise: "other 4xx are no outcome",
    from: "statusCode < 400",
    to: "statusCode < 500",
  },
  {
    ...fetching,
    promise: "a refused key is no outcome",
    from: 'actions: ["tellVoided", "notifyKeyRefused", failedWith]',
    to: 'actions: [{ type: "tellOutcome", params: timeout }, "notifyKeyRefused", failedWith]',
  },
  {
    ...fetching,
    promise: "an attempt aborted for a new user is no outcome",
    from: 'target: "switching", actions: ["tellVoided", "restart"]',
    to: 'target: "switching", actions: [{ type: "tellOutcome", params: timeout }, "restart"]',
  },
  {
    ...fetching,
    promise: "an attempt aborted by going offline is no outcome",
    from: 'actions: ["tellVoided", failedOffline]',
    to: 'actions: [{ type: "tellOutcome", params: timeout }, failedOffline]',
  },
  {
    ...refresh,
    promise: "an answer is a success",
    from: '{ type: "attempt.succeeded" }',
    to: '{ type: "attempt.voided" }',
    test: halfOpen,
  },
  {
    ...breaker,
    promise: "a success does not erase failures within the window",
    from: '"attempt.failed": { actions: ["sample", "countFailure"] },',
    to: '"attempt.failed": { actions: ["sample", "countFailure"] }, "attempt.succeeded": { actions: "forget" },',
  },
  {
    ...breaker,
    promise: "time erases failures",
    from: "Math.abs(context.at - t) <= context.monitoringWindowMs",
    to: "context.monitoringWindowMs > 0",
  },
  {
    ...probing,
    promise: "closing erases failures",
    from: 'target: "#circuit.closed",\n              actions: ["forget", "notifyClosed"]',
    to: 'target: "#circuit.closed",\n              actions: ["notifyClosed"]',
  },

  // Breaker: closed → open
  {
    ...breaker,
    promise: "closed → open at failureThreshold failures within monitoringWindowMs",
    from: "context.failures.length >= context.failureThreshold",
    to: "context.failures.length > context.failureThreshold",
  },
  {
    promise: "remaining retries are abandoned when the circuit opens",
    file: "machines/client.setup.ts",
    from: 'abandonRetries: sendTo("refresh", { type: "circuit.opened" })',
    to: 'abandonRetries: sendTo("refresh", { type: "circuit.ignored" } as never)',
    test: circuit,
  },
  {
    ...breaker,
    promise: "while open no GET leaves",
    from: 'after: { recoveryTimeout: "half_open" },\n      on: {\n        "permit.requested": { actions: "refuse" }',
    to: 'after: { recoveryTimeout: "half_open" },\n      on: {\n        "permit.requested": { actions: grant }',
  },
  {
    ...breaker,
    promise: "while open no identify leaves",
    from: 'after: { recoveryTimeout: "half_open" },\n      on: {\n        "permit.requested": { actions: "refuse" }',
    to: 'after: { recoveryTimeout: "half_open" },\n      on: {\n        "permit.requested": [{ guard: ({ event }) => event.purpose === "identify", actions: grant }, { actions: "refuse" }]',
  },
  {
    promise: "while open the last known flags serve",
    file: "src/client/notices.ts",
    from: 'root.on("circuit.opened", () => bridge',
    to: 'root.on("circuit.opened", () => services.store.setFreshness("expired"));\n  root.on("circuit.opened", () => bridge',
    test: circuit,
  },
  {
    promise: "while open refresh rejects with CircuitOpenError",
    file: "src/client/failures.ts",
    from: "return new CircuitOpenError(Math.max(0, failure.until - now))",
    to: 'return new TimeoutError("The circuit is open.")',
    test: circuit,
  },

  // Breaker: half open
  {
    ...probing,
    promise: "open → half_open after recoveryTimeoutMs",
    from: "recoveryTimeout: ({ context }) => context.recoveryTimeoutMs",
    to: "recoveryTimeout: ({ context }) => context.recoveryTimeoutMs / 2",
  },
  {
    ...probing,
    promise: "half open, one attempt at a time",
    from: '"permit.requested": { actions: "refuse" },\n            "attempt.voided"',
    to: '"permit.requested": { actions: grantProbe },\n            "attempt.voided"',
    test: "test/machines/circuit-breaker.test.ts",
  },
  {
    ...fetching,
    promise: "half open, whoever wishes for flags waits for the attempt under way",
    from: 'join,\n        ],\n        "user.leaving": { target: "switching", actions: ["tellVoided"',
    to: '{ target: "requesting", reenter: true, actions: join.actions },\n        ],\n        "user.leaving": { target: "switching", actions: ["tellVoided"',
    test: halfOpen,
  },
  {
    ...probing,
    promise: "no request leaves between a failed probe and the next, whoever wishes for flags",
    from: 'after: { recoveryTimeout: "half_open" },\n      on: {\n        "permit.requested": { actions: "refuse" }',
    to: 'after: { recoveryTimeout: "half_open" },\n      on: {\n        "permit.requested": { actions: grant }',
  },
  {
    ...probing,
    promise: "no wake-up makes a probe leave before recoveryTimeoutMs",
    from: "check.at >= context.nextProbeAt",
    to: "check.at > 0",
  },
  {
    ...refresh,
    promise: "a probe is not retried",
    from: "      !context.probe &&\n",
    to: "",
    test: halfOpen,
  },
  {
    ...probing,
    promise: "half open, every success counts",
    from: "successes: context.successes + 1",
    to: "successes: Math.min(1, context.successes + 1)",
  },
  {
    ...probing,
    promise: "the next probe follows 1 s × successes later",
    from: "1_000 * Math.max(1, context.successes)",
    to: "1_000",
  },
  {
    ...probing,
    promise: "the next probe follows refreshIntervalMs later at most",
    from: "Math.min(context.probeIntervalMs, 1_000",
    to: "Math.max(0, 1_000",
  },
  {
    ...probing,
    promise: "half_open → closed at successThreshold",
    from: "context.successes >= context.successThreshold",
    to: "context.successes > context.successThreshold",
  },
  {
    ...probing,
    promise: "half_open → open at one failure",
    from: '"attempt.failed": { target: "open", actions: ["sample", "countFailure"] }',
    to: '"attempt.failed": { target: ".pausing", actions: ["sample", "countFailure"] }',
  },
  {
    ...probing,
    promise: "a failed probe opens for a full recoveryTimeoutMs",
    from: "recoveryTimeout: ({ context }) => context.recoveryTimeoutMs",
    to: "recoveryTimeout: ({ context }) => context.at > context.failures[0] ? 1 : context.recoveryTimeoutMs",
  },
  {
    ...refresh,
    promise: "a refresh joins the probe",
    from: " && !context.probe)",
    to: ")",
    test: halfOpen,
  },
  {
    ...fetching,
    promise: "an identify replaces the probe, without outcome",
    from: 'target: "switching", actions: ["tellVoided", "restart"]',
    to: 'target: "switching", actions: [{ type: "tellOutcome", params: timeout }, "restart"]',
    test: "test/machines/client.test.ts",
  },
  {
    promise: "an identify replaces the probe",
    file: "machines/refresh.machine.ts",
    from: '"user.leaving": { target: "switching", actions: ["tellVoided", "restart"] },',
    to: "",
    test: halfOpen,
  },
  {
    promise: "tracking and telemetry never touch the flags' breaker",
    file: "machines/flush-loop.setup.ts",
    from: "shrink: assign((_, params: { limit: number }) => ({ limit: params.limit })),\n    planRetry: assign(",
    to: 'shrink: assign((_, params: { limit: number }) => ({ limit: params.limit })),\n    planRetry: sendTo(({ system }) => system.get("circuit"), { type: "attempt.failed" }),\n    planRetry2: assign(',
    test: circuit,
  },
  {
    promise: "tracking and telemetry are not kept back by the open circuit",
    file: "machines/origin-hold.machine.ts",
    from: '"permit.requested": { actions: { type: "passOn"',
    to: '"permit.requested": { guard: ({ event, system }) => event.channel === "refresh" || system.get("circuit").getSnapshot().value === "closed", actions: { type: "passOn"',
    test: circuit,
  },

  // Healing without polling
  {
    promise: "without polling a failed init is tried again",
    file: "machines/connection.machine.ts",
    from: 'resting: { on: { "flags.missing": "healing" } }',
    to: "resting: {}",
    test: circuit,
  },
  {
    promise: "without polling the next try comes at recoveryTimeoutMs",
    file: "machines/connection.setup.ts",
    from: "recoveryTimeout: ({ context }) => context.recoveryTimeoutMs",
    to: "recoveryTimeout: ({ context }) => context.recoveryTimeoutMs / 2",
    test: circuit,
  },
  {
    ...breaker,
    promise: "without polling a circuit that opened is tried again",
    from: 'entry: "wishProbe",',
    to: "",
  },
];
