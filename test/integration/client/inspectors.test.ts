import { expect, it } from "vitest";
import type { AnyActor, InspectionEvent } from "xstate";
import type { InspectedClient, InspectedFacts } from "../../../src";
import { createClient } from "../../support/client";
import { recordEvents } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";

const MACHINES = [
  "client",
  "hold",
  "circuit",
  "connection",
  "refresh",
  "freshness",
  "rules",
  "tracking",
  "telemetry",
  "cache",
  "outbox",
];

const actorOf = ({ actorRef }: InspectionEvent) => actorRef as AnyActor;
const isMachine = (event: InspectionEvent) => "root" in actorOf(event).logic;

async function ready() {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { telemetry: {} });
  await client.init({ id: "ann" });
  return { server, client };
}

it("introduces every actor that lives to who comes late, the root first, and then passes on what happens", async () => {
  const { client } = await ready();
  const seen: InspectionEvent[] = [];
  client.attachInspector({ next: (event) => void seen.push(event) });
  expect(seen.every(({ type }) => type === "@xstate.actor")).toBe(true);
  const introduced = seen.map(actorOf);
  expect(seen.filter(isMachine).map((event) => actorOf(event).id)).toEqual(MACHINES);
  expect(new Set(seen.map(({ rootId }) => rootId))).toEqual(new Set([introduced[0]?.sessionId]));
  await client.refresh();
  expect(new Set(seen.slice(introduced.length).map(({ type }) => type))).toContain(
    "@xstate.microstep",
  );
});

it("introduces no actor that has ended, and nothing once the client is closed", async () => {
  const { client } = await ready();
  const seen: InspectionEvent[] = [];
  const look = (event: InspectionEvent) => void seen.push(event);
  client.attachInspector(look)();
  const alive = seen.map((event) => actorOf(event).getSnapshot().status);
  expect(new Set(alive)).toEqual(new Set(["active"]));
  await client.close();
  client.attachInspector(look);
  expect(seen).toHaveLength(alive.length);
});

it("tells nothing more after detaching, and says so to the inspector, once", async () => {
  const { client } = await ready();
  const seen: InspectionEvent[] = [];
  const clients: InspectedClient[] = [];
  const detach = client.attachInspector({
    next: (event, from) => {
      seen.push(event);
      clients.push(from);
    },
    detached: (from) => void clients.push(from),
  });
  const before = seen.length;
  detach();
  detach();
  await client.refresh();
  expect([seen.length, clients.length]).toEqual([before, before + 1]);
  expect(new Set(clients).size).toBe(1);
});

it("attaches an inspector once, however often it is given", async () => {
  const { client } = await ready();
  const seen: InspectionEvent[] = [];
  const look = (event: InspectionEvent) => void seen.push(event);
  client.attachInspector(look);
  const introduced = seen.length;
  client.attachInspector(look);
  expect(seen).toHaveLength(introduced);
  await client.refresh();
  expect(new Set(seen).size).toBe(seen.length);
});

it("detaches what the option inspect attached, when that is attached again", async () => {
  const server = await startRollgateServer({ beta: true });
  let count = 0;
  const look = () => void count++;
  const client = createClient(server, { inspect: look });
  await client.init();
  client.attachInspector(look)();
  const before = count;
  await client.refresh();
  expect(count).toBe(before);
});

it("lets an inspector attach another one while it is told something", async () => {
  const { client } = await ready();
  const seen: InspectionEvent[] = [];
  const detach = client.attachInspector(({ type }) => {
    if (type !== "@xstate.event") return;
    detach();
    client.attachInspector((event) => void seen.push(event));
  });
  await client.refresh();
  expect(seen.slice(0, MACHINES.length).every(({ type }) => type === "@xstate.actor")).toBe(true);
  expect(client.isEnabled("beta")).toBe(true);
});

it("reports each throw of an inspector once, and the others hear all the same", async () => {
  const { client } = await ready();
  const errors = recordEvents(client, "error");
  let thrown = 0;
  let heard = 0;
  client.attachInspector({
    next() {
      thrown++;
      throw new Error("no");
    },
    detached() {
      thrown++;
      throw new Error("never");
    },
  })();
  const counted = client.attachInspector(() => void heard++);
  client.attachInspector(() => {
    thrown++;
    throw new Error("no");
  });
  const introduced = heard;
  await client.refresh();
  expect(errors.of("error").map(({ code }) => code)).toEqual(
    Array.from({ length: thrown }, () => "LISTENER_FAILED"),
  );
  expect(heard).toBeGreaterThan(introduced);
  counted();
});

it.each([undefined, null, 7, "x", true])("refuses %s as an inspector", async (nonsense) => {
  const { client } = await ready();
  expect(() => client.attachInspector(nonsense as never)).toThrowError(
    expect.objectContaining({
      name: "ConfigurationError",
      message: "An inspector must be a function or an observer.",
    }),
  );
});

it("keeps the books of the client for its inspectors", async () => {
  const { server, client } = await ready();
  let books: InspectedClient | undefined;
  client.attachInspector((_, from) => {
    books = from;
  });
  client.isEnabled("beta");
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen" });
  client.track({ flagKey: "", eventName: "seen" });
  client.setOverride("gamma", true);
  const expected: InspectedFacts = {
    flagCount: 1,
    source: "network",
    stale: false,
    flagsVersion: client.getVersion(),
    overrides: 1,
    accepted: 1,
    delivered: 0,
    pending: 1,
    dropped: 0,
    refused: 1,
    evaluations: 2,
  };
  expect(books?.facts()).toEqual(expected);
  await Promise.all([client.flushEvents(), client.flushTelemetry()]);
  client.clearOverrides();
  expect(books?.facts()).toMatchObject({ delivered: 1, pending: 0, evaluations: 0, overrides: 0 });
  server.answer("flags", { status: 500 });
  await client.identify({ id: "bob" }).catch(() => {});
  expect(books?.facts()).toMatchObject({ flagCount: 0, source: "default" });
});
