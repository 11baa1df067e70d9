import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { assign, createActor, createMachine } from "xstate";
import type { RollgateClient, RollgateConfig } from "../../../src";
import { createInspector, type StatelyInspector } from "../../../src/inspect";
import { createClient } from "../../support/client";
import { recordEvents, until } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { hears, isActor, isSnapshot, type Relay, registers, startRelay } from "./kit";

/** How many machines are in a client. */
const ACTORS = 11;

async function watched(inspect: StatelyInspector, config: Partial<RollgateConfig> = {}) {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { inspect, ...config });
  const errors = recordEvents(client, "error");
  await client.init();
  return { server, client, errors };
}

/** Waits until a relay shows the client in its current state. */
async function untilCurrent(relay: Relay, client: RollgateClient): Promise<void> {
  await until(
    () =>
      JSON.stringify(relay.stateOf("client")) === JSON.stringify(client.actor.getSnapshot().value),
  );
}

it("does its work without a receiver, and says once why there is none", async () => {
  let refused = 0;
  const refusing = createServer((socket) => {
    refused++;
    socket.destroy();
  });
  refusing.listen(0, "127.0.0.1");
  await once(refusing, "listening");
  const { port } = refusing.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}`;
  const reasons: Error[] = [];
  const inspector = createInspector({ url, onError: (error) => reasons.push(error) });
  const { client, errors } = await watched(inspector);
  await until(() => refused === 3);
  await client.refresh();
  refusing.close();
  const relay = await startRelay(port);
  await relay.seen(registers("outbox"));
  expect(
    reasons.map(({ message, cause }) => [message, (cause as { code?: string })?.code]),
  ).toEqual([
    [
      `The inspector has no connection to ${url}/ and tries again: is its receiver running?`,
      "ECONNRESET",
    ],
  ]);
  expect(errors.entries).toEqual([]);
});

it("begins for a receiver that comes late with all actors as they were before the last 200 messages, and brings it up to date", async () => {
  const gone = await startRelay();
  await gone.close();
  const { client } = await watched(createInspector({ url: gone.url }));
  for (let i = 0; i < 20; i++) await client.refresh();
  const relay = await startRelay(Number(new URL(gone.url).port));
  await untilCurrent(relay, client);
  await until(() => relay.texts.length >= ACTORS + 200);
  expect(relay.texts).toHaveLength(ACTORS + 200);
  expect(relay.messages.findIndex((message) => !isActor(message))).toBe(ACTORS);
  await client.refresh();
  await untilCurrent(relay, client);
});

it("shows all actors again to a receiver that was lost and came back", async () => {
  const relay = await startRelay();
  const reasons: Error[] = [];
  const { client } = await watched(
    createInspector({ url: relay.url, onError: (error) => reasons.push(error) }),
  );
  await relay.seen(registers("outbox"));
  for (const nth of [2, 3]) {
    relay.drop();
    await until(() => reasons.length === nth - 1);
    relay.clear();
    await until(() => relay.connections === nth);
    await relay.seen(registers("outbox"));
    expect(relay.messages.slice(0, ACTORS).every(isActor)).toBe(true);
    await untilCurrent(relay, client);
  }
});

it("drops what a receiver that hangs cannot take, and shows all actors anew when it wakes up", async () => {
  const relay = await startRelay();
  const inspector = createInspector({ url: relay.url });
  // Nothing happens by itself: what goes on does so because the receiver woke up.
  const { client, errors } = await watched(inspector, { clock: createVirtualClock() });
  const chatty = createActor(chattyMachine, { inspect: inspector });
  chatty.start();
  await relay.seen(registers(chatty.id));
  relay.hang();
  relay.clear();
  const steps = 8_000;
  // More than all buffers on the way can hold.
  for (let i = 0; i < steps; i++) {
    chatty.send({ type: "tell" });
    if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await client.refresh();
  relay.wake();
  const anew = await relay.seen(registers("outbox"));
  await relay.seen((message) => isSnapshot(message) && message.snapshot.context["count"] === steps);
  await untilCurrent(relay, client);

  const told = relay.messages.filter(isSnapshot).filter(hears("tell"));
  expect(told.length).toBeLessThan(steps);
  expect(relay.actors().size).toBe(ACTORS + 1);
  const after = relay.messages.slice(relay.messages.indexOf(anew));
  expect(after.filter(isSnapshot).at(-1)?.snapshot.status).toBe("active");
  const last = relay.actors().get(chatty.id)?.snapshot.context["count"] as number;
  // What was dropped lies before the registration, and what follows has no gap.
  const followed = after.filter(isSnapshot).filter(hears("tell"));
  expect(followed.map(({ snapshot }) => snapshot.context["count"])).toEqual(
    Array.from({ length: steps - last }, (_, i) => last + 1 + i),
  );
  expect(errors.entries).toEqual([]);
});

/** Says as much as fits with every step. */
const chattyMachine = createMachine({
  id: "chatty",
  context: {
    count: 0,
    ...Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`n${i}`, 1e15])),
  },
  on: { tell: { actions: assign(({ context }) => ({ count: context["count"] + 1 })) } },
});

it("hands what a filter throws to onError, and lets neither reach the client", async () => {
  const relay = await startRelay();
  const thrown: string[] = [];
  const { client, errors } = await watched(
    createInspector({
      url: relay.url,
      filter(message) {
        if (isActor(message) && message.name !== "hold") return true;
        throw new Error(`no ${message.type}`);
      },
      onError({ message }) {
        thrown.push(message);
        throw new Error("neither");
      },
    }),
  );
  await relay.seen(registers("outbox"));
  await client.refresh();
  expect(new Set(thrown)).toEqual(
    new Set(["no @xstate.actor", "no @xstate.event", "no @xstate.snapshot"]),
  );
  relay.clear();
  relay.drop();
  await relay.seen(registers("outbox"));
  await untilCurrent(relay, client);
  expect(relay.messages.every(isActor)).toBe(true);
  expect(relay.actors().size).toBe(ACTORS - 1);
  expect(errors.entries).toEqual([]);
});

it("sends nothing after stop(), and shows what lives then after start()", async () => {
  const relay = await startRelay();
  const inspector = createInspector({ url: relay.url });
  const { server, client } = await watched(inspector);
  const other = createClient(server, { inspect: inspector });
  await other.init();
  await until(() => relay.messages.filter(registers("outbox")).length === 2);
  inspector.stop();
  inspector.stop();
  await client.refresh();
  await other.close();
  client.setOffline(true);
  relay.clear();
  inspector.start();
  inspector.start();
  await relay.seen(registers("outbox"));
  expect(relay.connections).toBe(2);
  expect(relay.messages.every(isActor)).toBe(true);
  expect(relay.messages).toHaveLength(ACTORS);
  await untilCurrent(relay, client);
});

it("connects when it is started, where it was told not to start by itself", async () => {
  const relay = await startRelay();
  const inspector = createInspector({ url: relay.url, autoStart: false });
  const { client } = await watched(inspector);
  await client.refresh();
  expect(relay.connections).toBe(0);
  inspector.start();
  await relay.seen(registers("outbox"));
  expect(relay.messages.every(isActor)).toBe(true);
});

it("watches the machines of any program", async () => {
  const relay = await startRelay();
  const machine = createMachine({
    id: "light",
    initial: "red",
    context: { secret: "CANARY", turns: 3 },
    states: { red: { on: { turn: "green" } }, green: { type: "final" } },
  });
  const actor = createActor(machine, { inspect: createInspector({ url: relay.url }) });
  actor.start();
  actor.send({ type: "turn", secret: "CANARY", count: 1 } as never);
  await relay.seen((message) => isSnapshot(message) && message.snapshot.status === "done");
  expect(relay.actors().get(actor.id)?.snapshot).toEqual({
    status: "active",
    value: "red",
    context: { turns: 3 },
  });
  expect(relay.messages.find(hears("turn"))).toMatchObject({ event: { type: "turn", count: 1 } });
  expect(relay.texts.join()).not.toContain("CANARY");
});

it("costs no timer and no message where nothing happens", async () => {
  const relay = await startRelay();
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server, { inspect: createInspector({ url: relay.url }), clock });
  await client.init();
  await untilCurrent(relay, client);
  const [texts, timers] = [relay.texts.length, clock.timersSet];
  for (let i = 0; i < 1_000; i++) client.isEnabled("beta");
  client.getState();
  const answered = relay.seen(hears("permit.requested"));
  await answered;
  expect([relay.texts.length, clock.timersSet]).toEqual([texts, timers]);
});
