import { expect } from "vitest";
import { InvalidResponseError, TimeoutError } from "../../../../src";
import { nextEvent, untilState } from "../../../support/events";
import { createGate } from "../../../support/rollgate-server";
import { rejection } from "../../http/support";
import { alike, comesAfter, EVENT, type OptionCase, ready, scene } from "./kit";

const NO_RETRIES = { retry: { maxRetries: 0 } };
const NO_POLLS = { refreshIntervalMs: 0 };

export const REQUESTS: readonly OptionCase[] = [
  alike("refreshIntervalMs", { unless: 30_000, given: 7_000 }, async (config, ms) => {
    const { clock, server, client } = await ready(config);
    comesAfter(clock, ms, () => client.getState().refresh === "requesting");
    await server.request("flags", 2);
  }),

  alike("enableStreaming", { unless: false, given: true }, async (config, streams) => {
    const { server, client } = await ready(config);
    if (!streams) {
      expect(client.getState().connection).toBe("polling");
      expect(server.requests().map(({ route }) => route)).toEqual(["flags"]);
      return;
    }
    await server.stream(1);
    await untilState(client, ({ connection }) => connection === "streaming.open");
  }),

  alike("timeoutMs", { unless: 5_000, given: 250 }, async (config, ms) => {
    const { clock, server, client } = await scene({ ...NO_RETRIES, ...config });
    server.answer("flags", { gate: createGate() });
    const failed = rejection(client.init());
    const request = await server.request("flags", 1);
    comesAfter(clock, ms, () => client.getState().refresh !== "requesting");
    expect(await failed).toMatchObject({ name: "TimeoutError", code: "TIMEOUT" });
    expect(await request.ended).toBe("aborted");
  }),

  alike("maxResponseBytes", { unless: 8_388_608, given: 1_000 }, async (config, bytes) => {
    const { server, client } = await scene({ ...NO_RETRIES, ...NO_POLLS, ...config });
    const text = JSON.stringify({ flags: { beta: true } });
    server.answerOnce("flags", { body: text.padEnd(bytes) }, { body: text.padEnd(bytes + 1) });
    await client.init();
    expect(await rejection(client.refresh())).toBeInstanceOf(InvalidResponseError);
    expect(client.isEnabled("beta")).toBe(true);
  }),

  alike("initTimeoutMs", { unless: 10_000, given: 700 }, async (config, ms) => {
    const { clock, server, client } = await scene({ timeoutMs: 60_000, ...config });
    const gate = createGate();
    server.answer("flags", { gate });
    const failed = rejection(client.init());
    await server.request("flags", 1);
    comesAfter(clock, ms, () => !client.getState().client.startsWith("initializing"));
    const error = await failed;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: "INIT_TIMEOUT" });
    const isReady = nextEvent(client, "ready");
    gate.open();
    await isReady;
    expect([client.isEnabled("beta"), server.count("flags")]).toEqual([true, 1]);
  }),

  alike("closeTimeoutMs", { unless: 5_000, given: 300 }, async (config, ms) => {
    const { clock, server, client } = await ready({
      ...NO_POLLS,
      timeoutMs: 60_000,
      telemetry: { enabled: false },
      ...config,
    });
    server.answer("events", { gate: createGate() });
    client.track(EVENT);
    const failed = rejection(client.flushEvents());
    await server.request("events", 1);
    const closed = client.close();
    comesAfter(clock, ms, () => client.getState().client !== "closing.draining");
    await closed;
    await failed;
    expect(client.getEventStats()).toMatchObject({ pending: 0, dropped: { closed: 1 } });
  }),

  alike("typedFlags", { unless: false, given: true }, async (config, typed) => {
    const { server, client } = await ready(config);
    expect([server.count("flags"), server.count("v2")]).toEqual(typed ? [0, 1] : [1, 0]);
    expect(client.isEnabled("beta")).toBe(true);
  }),

  alike("userContextHeader", { unless: true, given: false }, async (config, sends) => {
    const user = { id: "ann", attributes: { plan: "pro" } };
    const { server, client } = await scene(config);
    await client.init(user);
    expect(server.requests("flags").map(({ userContext }) => userContext)).toEqual([
      sends ? user : undefined,
    ]);
  }),
];
