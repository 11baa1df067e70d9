import { describe, expect, it } from "vitest";
import { createClient } from "../../support/client";
import { nextEvent, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { cooling, GREETING_MS, open } from "./streams";
import { rejection } from "./support";

const RECOVERY_MS = 40_000;

describe("while the stream is open", () => {
  it("a client that got no flags asks for them again after recoveryTimeoutMs, until it is ready", async () => {
    const server = await startRollgateServer({ beta: true });
    server.answer("flags", { status: 404 });
    const gate = createGate();
    server.answerOnce("stream", { gate });
    const clock = createVirtualClock();
    const client = createClient(server, {
      clock,
      enableStreaming: true,
      circuitBreaker: { recoveryTimeoutMs: RECOVERY_MS },
    });
    await rejection(client.init());
    gate.open();
    await untilState(client, open);
    clock.advance(GREETING_MS);
    await server.request("flags", 2);
    await untilState(client, cooling);
    expect(client.getState().nextPollAt).toBe(clock.now() + RECOVERY_MS);
    clock.advance(RECOVERY_MS);
    await server.request("flags", 3);
    await untilState(client, cooling);
    server.restore("flags");
    const ready = nextEvent(client, "ready");
    clock.advance(RECOVERY_MS);
    await ready;
    expect(client.isEnabled("beta")).toBe(true);
    expect(client.getState()).toMatchObject({ connection: "streaming.open" });
    expect(client.getState().nextPollAt).toBeUndefined();
  });
});
