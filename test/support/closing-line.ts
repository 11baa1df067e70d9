import type { Reporter, TestModule } from "vitest/node";

/**
 * Names what was skipped, so that nobody overlooks it, and ends the output with one
 * plain line that tools can read: "N passed, N failed".
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) counts[test.result().state]++;
      // A file that could not be loaded has no tests to count.
      if (tests.length === 0 && !module.ok()) counts.failed++;
    }
    for (const { fullName } of modules.flatMap((module) => [
      ...module.children.allTests("skipped"),
    ])) {
      process.stdout.write(`\nSKIPPED: ${fullName}`);
    }
    const skipped = counts.skipped + counts.pending;
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`,
    );
  }
}
