import { expect } from "vitest";
import type { RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import {
  type Answer,
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock";
import { rejection } from "../http/support";

/** A client with flags in hand whose time stands still. */
export async function readyClient(config: Partial<RollgateConfig> = {}) {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, {
    clock,
    random: () => 0.5,
    circuitBreaker: { failureThreshold: 2, recoveryTimeoutMs: 60_000, successThreshold: 2 },
    ...config,
  });
  await client.init();
  return { clock, server, client };
}

/** The same with its circuit open; the server works again. */
export async function brokenClient(config: Partial<RollgateConfig> = {}) {
  const made = await readyClient(config);
  made.server.answerOnce("flags", { status: 500 }, { status: 500 });
  await rejection(made.client.refresh());
  await rejection(made.client.refresh());
  expect(made.client.circuitState).toBe("open");
  return made;
}

/** Lets the nth request for flags come and keeps it unanswered until told. */
export async function probe(server: RollgateServer, clock: VirtualClock, answer: Answer = {}) {
  const gate = createGate();
  const nth = server.count("flags") + 1;
  server.answerOnce("flags", { ...answer, gate });
  clock.advance(60_000);
  const request = await server.request("flags", nth);
  return { request, answer: gate.open };
}
