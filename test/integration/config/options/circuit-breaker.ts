import { expect } from "vitest";
import type { RollgateConfig } from "../../../../src";
import { until } from "../../../support/events";
import { rejection } from "../../http/support";
import { alike, comesAfter, type OptionCase, ready } from "./kit";

/** A client with flags in hand, and how to make attempts fail. */
async function failing(config: Partial<RollgateConfig>) {
  const made = await ready({ refreshIntervalMs: 0, retry: { maxRetries: 0 }, ...config });
  const { server, client } = made;
  return {
    ...made,
    async fail(times: number) {
      for (let n = 0; n < times; n++) {
        server.answerOnce("flags", { status: 500 });
        await rejection(client.refresh());
      }
    },
  };
}

export const CIRCUIT_BREAKER: readonly OptionCase[] = [
  alike("circuitBreaker.failureThreshold", { unless: 5, given: 2 }, async (config, failures) => {
    const { client, fail } = await failing(config);
    await fail(failures - 1);
    expect(client.circuitState).toBe("closed");
    await fail(1);
    expect(client.circuitState).toBe("open");
  }),

  alike(
    "circuitBreaker.recoveryTimeoutMs",
    { unless: 30_000, given: 8_000 },
    async (config, ms) => {
      const { clock, server, client, fail } = await failing(config);
      await fail(5);
      comesAfter(clock, ms, () => client.circuitState === "half_open");
      await server.request("flags", 7);
    },
  ),

  alike("circuitBreaker.monitoringWindowMs", { unless: 60_000, given: 500 }, async (config, ms) => {
    for (const [apart, state] of [
      [ms, "open"],
      [ms + 1, "closed"],
    ] as const) {
      const { clock, client, fail } = await failing(config);
      await fail(4);
      clock.advance(apart);
      await fail(1);
      expect(client.circuitState).toBe(state);
    }
  }),

  alike("circuitBreaker.successThreshold", { unless: 3, given: 2 }, async (config, successes) => {
    const { clock, client, fail } = await failing(config);
    await fail(5);
    clock.advance(30_000);
    for (let n = 1; n < successes; n++) {
      await until(() => client.getCircuitStats().halfOpenSuccesses === n || closed());
      expect(client.circuitState).toBe("half_open");
      clock.advance(1_000 * n);
    }
    await until(() => client.getCircuitStats().halfOpenSuccesses === successes || closed());
    expect(client.circuitState).toBe("closed");

    function closed() {
      return client.circuitState === "closed";
    }
  }),
];
