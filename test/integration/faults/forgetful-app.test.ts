import { expect, it } from "vitest";
import type { FaultName } from "../../../src/testing";
import { runNode } from "../../support/node-child";
import { startRollgateServer } from "../../support/rollgate-server";
import { ALL_FAULTS } from "./faults";

/** Every promise is forgotten, nobody listens, and nothing catches what escapes. */
const PROGRAM = `
  const client = new RollgateClient({
    ...config,
    enableStreaming: true,
    refreshIntervalMs: 20,
    timeoutMs: 200,
    initTimeoutMs: 500,
    closeTimeoutMs: 300,
    retry: { maxRetries: 1, baseDelayMs: 1, maxDelayMs: 5 },
    circuitBreaker: { failureThreshold: 3, recoveryTimeoutMs: 30 },
    stream: { reconnectBaseDelayMs: 5, reconnectMaxDelayMs: 10 },
    tracking: { flushIntervalMs: 10, maxBufferSize: 1 },
  });
  const settled = async (ask) => { ask(); try { await ask(); } catch {} };
  client.refresh();
  client.identify({ id: "" });
  await settled(() => client.init({ id: "ann", attributes: { plan: "pro" } }));
  client.track({ flagKey: "beta", eventName: "seen" });
  const values = [client.isEnabled("beta", true), client.getString("text", "none")];
  for (let count = 0; count < 10; count++) await settled(() => client.refresh());
  await settled(() => client.identify({ id: "bea" }));
  await settled(() => client.flushEvents());
  await settled(() => client.flushTelemetry());
  await settled(() => client.reset());
  await client.close();
  client.refresh();
  client.track({ flagKey: "beta", eventName: "late" });
  console.log(values.join(" "), JSON.stringify(client.getState().client));`;

const NAMES: readonly (FaultName | "refused")[] = [
  ...(["badRequest", "unauthorized", "notFound", "tooLarge", "rateLimited"] as const),
  ...(["serverError", "badGateway", "redirect", "noContent", "notModified"] as const),
  ...(["emptyBody", "truncated", "wrongShape", "htmlPage", "huge", "brokenEncoding"] as const),
  ...(["endless", "stall", "hang", "reset", "resetInBody", "refused"] as const),
];
const CELLS = ALL_FAULTS.filter(({ name }) => (NAMES as readonly string[]).includes(name));

it.each(CELLS.map((fault) => [fault.name, fault] as const))(
  "%s on every route does not disturb a process that forgets its promises",
  async (_, fault) => {
    const server = await startRollgateServer();
    await fault.apply(server, ["flags", "identify", "stream", "events", "telemetry"]);
    const ended = await runNode(server, PROGRAM);
    expect(ended).toEqual({ code: 0, out: 'true none "closed"', err: "" });
  },
);

it("has a cell for each of them", () => {
  expect(CELLS.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
});
