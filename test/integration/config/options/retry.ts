import { expect } from "vitest";
import type { RollgateConfig } from "../../../../src";
import { untilState } from "../../../support/events";
import { rejection } from "../../http/support";
import { alike, comesAfter, type OptionCase, ready } from "./kit";

/** A fetch that keeps failing is tried again after each of these waits, and then no more. */
async function retriesAfter(
  waits: readonly number[],
  config: Partial<RollgateConfig>,
): Promise<void> {
  const { clock, server, client } = await ready({ refreshIntervalMs: 0, ...config });
  server.answer("flags", { status: 500 });
  const failed = rejection(client.refresh());
  const decided = () =>
    untilState(client, ({ refresh }) => refresh === "retryWait" || refresh.startsWith("idle"));
  for (const wait of waits) {
    expect((await decided()).refresh).toBe("retryWait");
    comesAfter(clock, wait, () => client.getState().refresh !== "retryWait");
  }
  expect((await decided()).refresh).toMatch(/^idle/);
  expect(await failed).toMatchObject({ name: "ServerError" });
  expect(server.count("flags")).toBe(2 + waits.length);
}

export const RETRY: readonly OptionCase[] = [
  alike("retry.maxRetries", { unless: 3, given: 1 }, (config, retries) =>
    retriesAfter([100, 200, 400].slice(0, retries), config),
  ),

  alike("retry.baseDelayMs", { unless: 100, given: 40 }, (config, ms) =>
    retriesAfter([ms, 2 * ms, 4 * ms], config),
  ),

  alike("retry.maxDelayMs", { unless: 10_000, given: 150 }, (config, ms) =>
    retriesAfter([0.4 * ms, 0.8 * ms, ms], {
      retry: { baseDelayMs: 0.4 * ms, ...config.retry },
    }),
  ),

  alike("retry.jitterFactor", { unless: 0.1, given: 0.5 }, async (config, share) => {
    const retry = { maxRetries: 1, ...config.retry };
    await retriesAfter([100 * (1 - share)], { retry, random: () => 0 });
    await retriesAfter([100 * (1 + share)], { retry, random: () => 0.999_999 });
  }),
];
