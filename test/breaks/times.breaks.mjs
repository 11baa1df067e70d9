/** Breaks of PRODUCT's promises about failing: nothing makes a tight loop or overflows a timer. */
export default [
  {
    promise: "an interval is clamped to what timers can hold",
    file: "src/config/durations.ts",
    from: "Math.min(Math.ceil(ms), MAX_TIMER_MS)",
    to: "Math.ceil(ms)",
    test: "test/integration/config/options.test.ts",
  },
  {
    promise: "a jittered interval is clamped to what timers can hold",
    file: "src/platform/lateness.ts",
    from: "Math.min(Math.max(ms, 0), MAX_TIMER_MS)",
    to: "Math.max(ms, 0)",
    test: "test/integration/config/options.test.ts",
  },
  {
    promise: "no configured interval makes a tight loop",
    file: "src/config/durations.ts",
    from: "Math.max(ms, MIN_INTERVAL_MS)",
    to: "ms",
    test: "test/integration/config/options.test.ts",
  },
  {
    promise: "no configured delay of 0 makes a tight loop",
    file: "src/config/kinds.ts",
    from: "/^(refreshInterval|flushInterval|ttl|",
    to: "/^(.*Delay|recoveryTimeout|refreshInterval|flushInterval|ttl|",
    test: "test/unit/config/refusals.test.ts",
  },
  {
    promise: "no retry: of the server makes a tight loop",
    file: "src/sse/event-feed.ts",
    from: "ms >= MIN_RETRY_MS && ms",
    to: "ms",
    test: "test/integration/client/streaming.test.ts",
  },
  {
    file: "machines/circuit-breaker.machine.ts",
    test: "test/integration/failing/half-open.test.ts",
    promise: "answers without outcome make no tight loop of probes",
    from: "Math.max(1, context.successes)",
    to: "context.successes",
  },
];
