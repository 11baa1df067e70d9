import { expect, onTestFinished, test } from "vitest";
import { type Sample, takeSample } from "./sample";
import { SCENARIOS } from "./scenarios";

/** Of what `npm run test:soak` does. */
const SHARE = 0.02;

/** What measuring, the test runner and the collector may be off by; a client has more. */
const SLACK_BYTES = 1_500_000;

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  "%s leave nothing behind: memory, sockets, timers and listeners are as before",
  async (_, { run, total }) => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => void warnings.push(warning);
    process.on("warning", warn);
    onTestFinished(() => void process.off("warning", warn));

    const samples: Sample[] = [];
    const words = await run(Math.round(total * SHARE), async ({ clock }) => {
      samples.push(await takeSample(clock.pending().length));
    });
    expect(words).not.toBe("");
    const [, , early, ...later] = samples;
    const last = samples.at(-1);
    for (const sample of later) {
      expect(sample.heap - (early?.heap ?? 0)).toBeLessThan(SLACK_BYTES);
      expect(sample.sockets).toBeLessThanOrEqual((early?.sockets ?? 0) + 1);
      expect(sample.timers).toBeLessThanOrEqual((early?.timers ?? 0) + 1);
      expect(sample.listeners).toBe(early?.listeners);
    }
    expect(last).toMatchObject({ timers: 0 });
    expect(warnings).toEqual([]);
  },
);
