import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffDelay, exponentialDelay, spread, uniform } from "../../../src/time/backoff";

const OPTIONS = { baseDelayMs: 100, maxDelayMs: 10_000, jitterFactor: 0.1 };
const ALMOST_ONE = 1 - Number.EPSILON / 2;

describe("exponentialDelay", () => {
  it("doubles from the base up to the maximum and stays there", () => {
    const delays = [0, 1, 2, 3, 6, 7, 100, 5_000].map((n) => exponentialDelay(n, OPTIONS));

    expect(delays).toEqual([100, 200, 400, 800, 6_400, 10_000, 10_000, 10_000]);
  });

  it("is 0 for a base of 0, however many attempts there were", () => {
    expect(exponentialDelay(5_000, { baseDelayMs: 0, maxDelayMs: 10_000 })).toBe(0);
  });
});

describe("backoffDelay", () => {
  it("spreads by the jitter factor either way", () => {
    expect(backoffDelay(2, OPTIONS, () => 0)).toBe(360);
    expect(backoffDelay(2, OPTIONS, () => 0.5)).toBe(400);
    expect(backoffDelay(2, OPTIONS, () => ALMOST_ONE)).toBe(440);
    expect(backoffDelay(2, { ...OPTIONS, jitterFactor: 0 }, () => 0)).toBe(400);
  });

  it("stays within its bounds for any attempt and any chance", () => {
    const chance = fc.double({ min: 0, max: ALMOST_ONE, noNaN: true });
    const factor = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), chance, factor, (n, random, jitterFactor) => {
        const plain = exponentialDelay(n, OPTIONS);
        const delay = backoffDelay(n, { ...OPTIONS, jitterFactor }, () => random);

        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(plain * (1 - jitterFactor)));
        expect(delay).toBeLessThanOrEqual(Math.ceil(plain * (1 + jitterFactor)));
      }),
    );
  });
});

describe("spread", () => {
  it("is never negative", () => {
    expect(spread(100, 1, () => 0)).toBe(0);
    expect(spread(100, 3, () => 0)).toBe(0);
    expect(spread(100, 1, () => ALMOST_ONE)).toBe(200);
  });
});

describe("uniform", () => {
  it("reaches from the lower to the upper bound", () => {
    expect(uniform(500, 1_500, () => 0)).toBe(500);
    expect(uniform(500, 1_500, () => 0.25)).toBe(750);
    expect(uniform(500, 1_500, () => ALMOST_ONE)).toBe(1_500);
    expect(uniform(7, 7, () => 0.9)).toBe(7);
  });
});
