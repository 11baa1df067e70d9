/** Breaks of PRODUCT's promises about failing. */
export default [
  {
    promise: "closed → open at failureThreshold failures within monitoringWindowMs",
    file: "machines/circuit-breaker.machine.ts",
    from: "context.failures.length >= context.failureThreshold",
    to: "context.failures.length > context.failureThreshold",
    test: "test/integration/failing/circuit.test.ts",
  },
];
