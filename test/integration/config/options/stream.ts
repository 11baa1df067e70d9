import { setImmediate } from "node:timers/promises";
import { expect } from "vitest";
import type { RollgateClient, RollgateConfig } from "../../../../src";
import { untilState } from "../../../support/events";
import type { RollgateServer } from "../../../support/rollgate-server";
import { alike, comesAfter, type OptionCase, ready, type Scene } from "./kit";

/** How long the stream of {@link streaming} has been open, in milliseconds. */
const OPEN_MS = 2_000;

const opened = async (server: RollgateServer, client: RollgateClient, nth: number) => {
  const stream = await server.stream(nth);
  await untilState(client, ({ connection }) => connection === "streaming.open");
  return stream;
};

/** A client whose stream is open, and that has fetched what may have changed before. */
async function streaming(config: Partial<RollgateConfig>): Promise<Scene> {
  const made = await ready({ enableStreaming: true, ...config });
  const { clock, server, client } = made;
  await opened(server, client, 1);
  clock.advance(OPEN_MS / 2);
  await server.request("flags", 2);
  await untilState(client, ({ refresh }) => refresh.startsWith("idle"));
  clock.advance(OPEN_MS / 2);
  return made;
}

/** A stream that breaks off again and again is opened anew after each of these waits. */
async function reconnectsAfter(
  waits: readonly number[],
  config: Partial<RollgateConfig>,
): Promise<void> {
  const { clock, server, client } = await streaming(config);
  for (const [index, wait] of waits.entries()) {
    const stream = await opened(server, client, index + 1);
    stream.drop();
    await untilState(client, ({ connection }) => connection === "streaming.backingOff");
    comesAfter(clock, wait, () => client.getState().connection !== "streaming.backingOff");
  }
  await server.stream(waits.length + 1);
}

export const STREAM: readonly OptionCase[] = [
  alike("stream.reconnectBaseDelayMs", { unless: 1_000, given: 200 }, (config, ms) =>
    reconnectsAfter([ms, 2 * ms], config),
  ),

  alike("stream.reconnectMaxDelayMs", { unless: 30_000, given: 3_000 }, (config, ms) =>
    reconnectsAfter([ms / 2, ms, ms], {
      stream: { reconnectBaseDelayMs: ms / 2, ...config.stream },
    }),
  ),

  alike("stream.idleTimeoutMs", { unless: 300_000, given: 4_000 }, async (config, ms) => {
    const { clock, server, client } = await streaming(config);
    const stream = await server.stream(1);
    clock.advance(ms - OPEN_MS - 1);
    await setImmediate();
    expect(client.getState().connection).toBe("streaming.open");
    clock.advance(1);
    await stream.closed;
    await untilState(client, ({ connection }) => connection === "streaming.backingOff");
  }),

  alike("stream.changeJitterMs", { unless: 0, given: 10_000 }, async (config, ms) => {
    const { clock, server, client } = await streaming(config);
    const spread = clock.timer(ms / 2);
    const stream = await server.stream(1);
    stream.event("flag-changed", { key: "beta", enabled: true });
    if (ms > 0) {
      await spread;
      comesAfter(clock, ms / 2, () => client.getState().refresh === "requesting");
    }
    await server.request("flags", 3);
  }),
];
