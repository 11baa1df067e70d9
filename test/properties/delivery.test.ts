import fc from "fast-check";
import { expect, it } from "vitest";
import { deliver, SAFE_STEPS, STEP_NAMES } from "./delivery";
import { runs } from "./play";

const seed = fc.nat(1_000);
const script = (names: readonly string[]) =>
  fc.array(fc.constantFrom(...names), { maxLength: 50, size: "max" });

it("adds up at every step, whatever faults come, and each event has one end", {
  timeout: 600_000,
}, async () => {
  const property = fc.asyncProperty(seed, script(STEP_NAMES), async (chance, steps) => {
    const { wrong } = await deliver(chance, steps, 8);
    expect(wrong).toEqual([]);
  });
  await fc.assert(property, { numRuns: runs(100) });
});

it("delivers each event once and in order when no answer is lost", {
  timeout: 600_000,
}, async () => {
  const property = fc.asyncProperty(seed, script(SAFE_STEPS), async (chance, steps) => {
    const { wrong, taken, tracked } = await deliver(chance, steps, 10_000);
    expect(wrong).toEqual([]);
    expect(taken).toEqual(Array.from({ length: tracked }, (_, index) => `e${index}`));
  });
  await fc.assert(property, { numRuns: runs(100) });
});
