import fc from "fast-check";
import { expect, it } from "vitest";
import { alarmsOf, play, runs, type Script } from "./play";
import { STEP_NAMES } from "./steps";

const setting = fc.record({
  seed: fc.nat(1_000),
  streaming: fc.boolean(),
  polling: fc.boolean(),
  typed: fc.boolean(),
  header: fc.boolean(),
  storage: fc.boolean(),
  bootstrap: fc.boolean(),
  heedsAbort: fc.boolean(),
});
const script = (maxLength: number) =>
  fc.array(fc.constantFrom(...STEP_NAMES), { maxLength, size: "max" });

it("keeps its promises in whatever order things happen", { timeout: 600_000 }, async () => {
  const scripts: fc.Arbitrary<Script> = fc.record({
    setting,
    steps: script(50),
    heals: fc.boolean(),
    after: script(6),
  });
  const property = fc.asyncProperty(scripts, async (one) => {
    const wrong: string[] = [];
    const alarms = await alarmsOf(async () => {
      wrong.push(...(await play(one)));
    });
    expect([wrong, alarms]).toEqual([[], []]);
  });
  await fc.assert(property, { numRuns: runs(200) });
});
