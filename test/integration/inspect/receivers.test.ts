import { readFileSync } from "node:fs";
import { createWebSocketReceiver, type StatelyInspectionEvent } from "@statelyai/inspect";
import { expect, it } from "vitest";
import { type AnyActorRef, createMachine, type StateValue } from "xstate";
import { stateNames } from "../../../src/client/state-name";
import { type ActorMessage, createInspector } from "../../../src/inspect";
import { createClient } from "../../support/client";
import { until, untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "../client/support";
import { hears, isActor, isSnapshot, registers, startRelay } from "./kit";

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

const { version } = JSON.parse(
  readFileSync("node_modules/@statelyai/inspect/package.json", "utf8"),
);

it("shows a client from its start to its end to the receiver of @statelyai/inspect", async () => {
  const relay = await startRelay();
  const received: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: relay.url }).subscribe((event) => received.push(event));
  await until(() => relay.connections === 1);
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { inspect: createInspector({ url: relay.url }) });
  await client.init({ id: "ann" });
  await client.close();
  const rootEnded = (event: StatelyInspectionEvent) =>
    event.type === "@xstate.snapshot" &&
    event.sessionId === event.rootId &&
    event.snapshot.status !== "active";
  await until(() => received.some(rootEnded));

  const known = new Set<string | undefined>([undefined]);
  for (const event of received) {
    expect(event).toMatchObject({
      _version: version,
      id: expect.any(String),
      createdAt: expect.stringMatching(/^\d{13}$/),
    });
    if (event.type === "@xstate.actor") {
      expect(known).toContain(event.parentId);
      known.add(event.sessionId);
      expect(createMachine(JSON.parse(event.definition ?? "")).root.states).not.toEqual({});
    }
    expect(known).toContain(event.sessionId);
    expect(known).toContain(event.rootId);
    if (event.type === "@xstate.event") expect(known).toContain(event.sourceId);
  }
  const names = received.flatMap((event) => (event.type === "@xstate.actor" ? [event.name] : []));
  expect(names).toEqual(MACHINES);
  expect(new Set(received.map(({ id }) => id)).size).toBe(received.length);
});

it("tells enough to draw every transition by its public name, cause before effect", async () => {
  const relay = await startRelay();
  const server = await startRollgateServer({ beta: true });
  const inspect = createInspector({ url: relay.url });
  const client = createClient(server, { inspect, enableStreaming: true });
  await client.init({ id: "ann" });
  await untilState(client, ({ connection }) => connection === "streaming.open");
  server.answerOnce("flags", { status: 500 });
  await client.refresh().catch(() => {});
  await client.close();
  await relay.seen(
    (message) => hears("xstate.stop")(message) && message.sessionId === message.rootId,
  );

  const states = new Map<string, { readonly actor: ActorMessage; names: Map<string, string> }>();
  const drawn: string[] = [];
  for (const message of relay.messages) {
    if (isActor(message))
      states.set(message.sessionId, { actor: message, names: namesIn(message) });
    const session = states.get(message.sessionId);
    if (!isSnapshot(message) || session === undefined) continue;
    const names = namesIn(session.actor, message.snapshot);
    for (const [region, to] of names) {
      const from = session.names.get(region);
      if (from !== undefined && from !== to) drawn.push(`${region} ${from} → ${to}`);
    }
    session.names = names;
  }
  const transitions = client.getTransitions();
  expect(transitions.length).toBeGreaterThan(20);
  expect(drawn).toEqual(transitions.map(({ actor, from, to }) => `${actor} ${from} → ${to}`));
});

/** The public names of the states that an actor is in. */
function namesIn({ name, definition, ...own }: ActorMessage, snapshot = own.snapshot) {
  return stateNames(name, createMachine(JSON.parse(definition)), snapshot.value as StateValue);
}

it("shows all actors in their current states to who attaches a minute later", async () => {
  const relay = await startRelay();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { enableStreaming: true });
  await client.init({ id: "ann" });
  await untilState(client, ({ connection }) => connection === "streaming.open");
  for (let minute = 0; minute < 20; minute++) await client.refresh();
  client.attachInspector(createInspector({ url: relay.url }));
  await relay.seen(registers("outbox"));
  expect([...relay.actors().keys()]).toEqual(MACHINES);
  const { value, children } = client.actor.getSnapshot();
  const actors: Record<string, AnyActorRef> = children;
  expect(relay.stateOf("client")).toEqual(value);
  for (const name of MACHINES.slice(1)) {
    expect(relay.stateOf(name)).toEqual(actors[name]?.getSnapshot().value);
  }
  expect(relay.actors().get("client")?.snapshot.context).toMatchObject({
    sdk: expect.stringMatching(/^\d/),
    flagCount: 1,
    source: "network",
    stale: false,
    flagsVersion: client.getVersion(),
  });
});

it("says that a client has stopped when it is detached, and begins anew when it is attached again", async () => {
  const relay = await startRelay();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  await client.init();
  const inspector = createInspector({ url: relay.url });
  const detach = client.attachInspector(inspector);
  await relay.seen(registers("outbox"));
  const first = relay.actors().get("client");
  detach();
  await relay.seen(
    (message) =>
      isSnapshot(message) &&
      message.sessionId === first?.sessionId &&
      message.snapshot.status === "stopped",
  );
  const stopped = relay.messages
    .filter(isSnapshot)
    .filter(({ snapshot }) => snapshot.status === "stopped");
  expect(stopped.map(({ event }) => event.type)).toEqual(MACHINES.map(() => "inspector.detached"));
  const before = relay.texts.length;
  await client.refresh();
  client.attachInspector(inspector);
  await relay.seen((message) => registers("outbox")(message) && Number(message.id) > before);
  expect(relay.messages.slice(before).every(isActor)).toBe(true);
  expect(relay.actors().get("client")?.sessionId).not.toBe(first?.sessionId);
});

it("watches several clients at once, under ids that no other inspector gives", async () => {
  const relay = await startRelay();
  const server = await startRollgateServer({ beta: true });
  const one = createInspector({ url: relay.url });
  const clients = [createClient(server, { inspect: one }), createClient(server, { inspect: one })];
  for (const client of clients) client.attachInspector(createInspector({ url: relay.url }));
  await Promise.all(clients.map((client) => client.init()));
  await until(() => relay.messages.filter(registers("outbox")).length === 4);
  const sessions = relay.messages.filter(isActor).map(({ sessionId }) => sessionId);
  expect(new Set(sessions).size).toBe(4 * MACHINES.length);
});

it("tells the root's books again when they changed with another machine's transition, and only then", async () => {
  const relay = await startRelay();
  const server = await startRollgateServer({ beta: true });
  const clock = createVirtualClock();
  const inspect = createInspector({ url: relay.url });
  const cache = { storage: createMapStorage() };
  const client = createClient(server, { inspect, clock, cache, telemetry: {} });
  await client.init({ id: "ann" });
  await relay.seen(hears("flags.arrived"));
  const known = relay.texts.length;
  client.isEnabled("beta");
  client.setOverride("gamma", true);
  // The cache is saved a second after the flags came: a matter of its own machine.
  clock.advance(1_000);
  await until(() => relay.messages.slice(known).some(hears("xstate.done.actor.save")));
  const told = relay.messages.slice(known).filter(hears("facts.changed")).filter(isSnapshot);
  expect(told.map(({ sessionId }) => sessionId)).toEqual([relay.actors().get("client")?.sessionId]);
  expect(told[0]?.snapshot.context).toMatchObject({ evaluations: 1, overrides: 1 });
});

it("lets through what the filter does, and what it says of filtered actors stays true", async () => {
  const relay = await startRelay();
  const server = await startRollgateServer({ beta: true });
  const inspector = createInspector({
    url: relay.url,
    filter: (message) => message.type === "@xstate.actor",
  });
  const client = createClient(server, { inspect: inspector });
  await client.init();
  await relay.seen(registers("outbox"));
  relay.drop();
  await until(() => relay.connections === 2);
  const { value } = client.actor.getSnapshot();
  await until(() => JSON.stringify(relay.stateOf("client")) === JSON.stringify(value));
  expect(relay.messages.every(isActor)).toBe(true);
});

it("lets texts of events and contexts leave when asked, and no nested field", async () => {
  const relay = await startRelay();
  const server = await startRollgateServer({ beta: true });
  const plain = createClient(server, { inspect: createInspector({ url: relay.url }) });
  await plain.init();
  await relay.seen(hears("permit.requested"));
  const before = relay.texts.length;
  expect(relay.texts.join()).not.toContain('"purpose"');
  const client = createClient(server, {
    inspect: createInspector({ url: relay.url, values: true }),
  });
  await client.init();
  await until(() => relay.messages.slice(before).some(hears("permit.requested")));
  const asked = relay.messages.slice(before).find(hears("permit.requested"));
  expect(asked).toMatchObject({ event: { channel: "refresh", purpose: "flags" } });
});
