import { describe, expect, it, onTestFinished } from "vitest";
import type { RollgateConfig } from "../../../src";
import { PlatformClient } from "../../../src/client/client";
import { nodePlatform } from "../../../src/platform/node";
import { API_KEY } from "../../support/client";
import { recordEvents, until, untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { BASE_MS, backingOff, INTERVAL_MS, open, reconnect } from "./streams";

type Load = typeof nodePlatform.loadStreamReader;

const gone = async () => {
  throw new Error(`the chunk is gone, says somebody who knows ${API_KEY}`);
};
const never = () => new Promise<never>(() => {});

/** A client whose platform loads the reader of streams in these ways, one after the other, the last for ever. */
async function started(config: Partial<RollgateConfig>, ...loads: Load[]) {
  const server = await startRollgateServer({ beta: false });
  const clock = createVirtualClock();
  let asked = 0;
  const platform = {
    ...nodePlatform,
    loadStreamReader: () => (loads[Math.min(asked++, loads.length - 1)] ?? never)(),
  };
  const client = new PlatformClient(
    {
      apiKey: API_KEY,
      baseUrl: server.url,
      clock,
      random: () => 0.5,
      refreshIntervalMs: INTERVAL_MS,
      telemetry: { enabled: false },
      closeTimeoutMs: 500,
      logLevel: "silent",
      enableStreaming: true,
      ...config,
    },
    platform,
  );
  onTestFinished(() => client.close());
  const errors = recordEvents(client, "error");
  await client.init();
  return { server, clock, client, errors, asked: () => asked };
}

describe("a reader of streams that cannot be loaded", () => {
  it("is a stream that fails: told once, without secrets, and polling serves", async () => {
    const { server, clock, client, errors } = await started({}, gone);
    const { nextReconnectAt = 0 } = await untilState(client, backingOff);
    clock.advance(nextReconnectAt - clock.now());
    const again = await untilState(client, backingOff);
    expect((again.nextReconnectAt ?? 0) - clock.now()).toBe(2 * BASE_MS);
    const told = errors.of("error");
    expect(told.map(({ code, category, retryable }) => [code, category, retryable])).toEqual([
      ["STREAM_NOT_LOADED", "client", true],
    ]);
    expect(told[0]?.message).not.toContain(API_KEY);
    server.flags = { beta: true };
    clock.advance(INTERVAL_MS);
    await until(() => client.isEnabled("beta"));
    expect(server.count("stream")).toBe(0);
  });

  it("is asked for again at the next reconnect, and not any more once it is there", async () => {
    const { server, clock, client, errors, asked } = await started(
      {},
      gone,
      nodePlatform.loadStreamReader,
    );
    await reconnect(server, clock, client);
    await untilState(client, open);
    (await server.stream(1)).end();
    await reconnect(server, clock, client);
    await untilState(client, open);
    expect([asked(), errors.entries.length]).toEqual([2, 1]);
  });
});

describe("a reader of streams that never comes", () => {
  it("counts as a stream that does not open in time", async () => {
    const { clock, client, errors } = await started({ timeoutMs: 5_000 }, never);
    await untilState(client, ({ connection }) => connection === "streaming.connecting");
    clock.advance(5_000);
    await untilState(client, backingOff);
    expect(errors.of("error").map(({ code }) => code)).toEqual(["TIMEOUT"]);
  });

  it("but comes when nobody waits for it any more opens no stream", async () => {
    const arrivals: (() => void)[] = [];
    const slow: Load = () =>
      new Promise((resolve) => {
        arrivals.push(() => resolve(nodePlatform.loadStreamReader()));
      });
    const opened: string[] = [];
    // It does not look at the signal.
    const deaf: typeof fetch = (input, { signal: _, ...init } = {}) => {
      if (String(input).includes("/stream")) opened.push(String(input));
      return fetch(input, init);
    };
    const { client } = await started({ fetch: deaf }, slow, nodePlatform.loadStreamReader);
    await until(() => arrivals.length === 1);
    client.setOffline(true);
    client.setOffline(false);
    await untilState(client, open);
    for (const arrive of arrivals) arrive();
    await client.refresh();
    expect(opened).toHaveLength(1);
  });
});

it("without streaming the reader is never loaded", async () => {
  const { client, asked } = await started({ enableStreaming: false }, never);
  await client.refresh();
  await client.close();
  expect(asked()).toBe(0);
});
