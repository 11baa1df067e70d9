/** Clients with a stream, under a clock that only moves when a test says so. */
import type { RollgateConfig, UserContext } from "../../../src";
import { createClient } from "../../support/client";
import { until, untilState } from "../../support/events";
import {
  type RollgateServer,
  type Script,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";

export const INTERVAL_MS = 30_000;
export const GREETING_MS = 250;
export const SPACING_MS = 100;
export const BASE_MS = 1_000;
export const MAX_MS = 30_000;

const resting = ({ refresh }: { refresh: string }) => refresh === "idle.resting";
/** Descriptions of a state, for `untilState`. */
export const open = ({ connection }: { connection: string }) => connection === "streaming.open";
export const cooling = ({ refresh }: { refresh: string }) => refresh === "idle.cooling";
export const backingOff = ({ connection }: { connection: string }) =>
  connection === "streaming.backingOff";

interface Given extends Partial<RollgateConfig> {
  readonly stream1?: Script;
  readonly user?: UserContext;
}

/** A streaming client after init, whatever the stream's first answer is. */
export async function start({ stream1, user, ...config }: Given = {}) {
  const server = await startRollgateServer({ beta: false });
  if (stream1 !== undefined) server.answerOnce("stream", stream1);
  const clock = createVirtualClock();
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    refreshIntervalMs: INTERVAL_MS,
    enableStreaming: true,
    // Far from what these tests are about.
    timeoutMs: 10_000,
    circuitBreaker: { failureThreshold: 1_000 },
    ...config,
  });
  await client.init(user);
  return { server, clock, client };
}

/** The same with an open stream, the fetch that follows made and all at rest. */
export async function streaming(given: Given = {}) {
  const { server, clock, client } = await start(given);
  const stream = await server.stream(1);
  await untilState(client, open);
  clock.advance(GREETING_MS);
  await untilState(client, cooling);
  clock.advance(SPACING_MS);
  await untilState(client, resting);
  return { server, clock, client, stream, fetched: server.count("flags") };
}

/** Waits until the client has read what its stream sent. */
export async function received(
  clock: { readonly timersSet: number },
  send: () => void,
): Promise<void> {
  const before = clock.timersSet;
  send();
  await until(() => clock.timersSet > before);
}

/** Lets the waiting reconnect happen. */
export async function reconnect(
  server: RollgateServer,
  clock: { advance(ms: number): void; now(): number },
  client: Parameters<typeof untilState>[0],
): Promise<void> {
  const { nextReconnectAt = 0 } = await untilState(client, backingOff);
  const nth = server.count("stream") + 1;
  clock.advance(nextReconnectAt - clock.now());
  await server.request("stream", nth);
}

/** How long the client waits before each of the next reconnects, which all fail. */
export async function failedWaits(
  server: RollgateServer,
  clock: { advance(ms: number): void; now(): number },
  client: Parameters<typeof untilState>[0],
  count: number,
): Promise<number[]> {
  server.answer("stream", { status: 503 });
  const waits: number[] = [];
  while (waits.length < count) {
    const { nextReconnectAt = 0 } = await untilState(client, backingOff);
    waits.push(nextReconnectAt - clock.now());
    await reconnect(server, clock, client);
    await untilState(client, (state) => !backingOff(state));
  }
  return waits;
}
