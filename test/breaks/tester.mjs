/**
 * Runs test files for run.mjs, all in one Vitest: what a break leaves as it is stays
 * transformed. Told `{ test, changed }`, it answers with an outcome, as text.
 */
import { createVitest } from "vitest/node";

/** What a broken promise leaves waiting is given up sooner than in an ordinary run. */
const TEST_MS = 10_000;
const HOOK_MS = 20_000;

const vitest = await createVitest("test", {
  watch: false,
  testTimeout: TEST_MS,
  hookTimeout: HOOK_MS,
  reporters: [
    {
      onTestCaseResult(test) {
        if (test.result().state === "failed") void vitest.cancelCurrentRun("test-failure");
      },
    },
  ],
});

let before;

process.on("message", async ({ test, changed }) => {
  // The one before is whole again; not sooner, for what still ran could have loaded it once more.
  for (const file of new Set([before ?? changed, changed])) vitest.invalidateFile(file);
  before = changed;
  const files = await vitest.globTestSpecifications([test]);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(files);
  // It tells of all modules that ever ran here.
  const modules = testModules.filter(({ moduleId }) =>
    files.some((file) => file.moduleId === moduleId),
  );
  process.send(outcomeOf(modules, unhandledErrors));
  vitest.state.clearErrors();
});
process.on("disconnect", () => process.exit());
process.send("ready");

/** A test that cannot even be loaded proves nothing: at least one must have run and failed. */
function outcomeOf(modules, unhandled) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const failed = tests.find((test) => test.result().state === "failed");
  if (failed !== undefined) {
    const isLate = failed.result().errors.some(({ message }) => / timed out in /.test(message));
    return `noticed by "${failed.name}"${isLate ? ", which timed out" : ""}`;
  }
  if (tests.length === 0) return "THE RUN FAILED BEFORE ANY TEST";
  const isGreen = unhandled.length === 0 && modules.every((module) => module.ok());
  return isGreen ? "NOT NOTICED" : "NO TEST FAILED, though the run did";
}
