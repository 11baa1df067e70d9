import { describe, expect, it } from "vitest";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents, untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";

async function ready(flags: Record<string, unknown> = {}) {
  const server = await startRollgateServer(flags);
  const client = createClient(server);
  await client.init();
  return { server, client };
}

describe("events", () => {
  it("tell of each flag that was added, changed or removed, then once of all", async () => {
    const { server, client } = await ready({ same: true, changed: true, removed: true });
    const events = recordEvents(client, "flag_changed", "flags_updated");
    server.flags = { same: true, changed: false, added: true };
    await client.refresh();
    expect(events.names).toEqual(["flag_changed", "flag_changed", "flag_changed", "flags_updated"]);
    expect(events.of("flag_changed")).toEqual([
      { key: "changed", value: false, previous: true },
      { key: "added", value: true, previous: undefined },
      { key: "removed", value: undefined, previous: true },
    ]);
    expect({ ...events.of("flags_updated")[0] }).toEqual({
      same: true,
      changed: false,
      added: true,
    });
  });

  it("say nothing when nothing changed", async () => {
    const { client } = await ready({ beta: true });
    const events = recordEvents(client, "flag_changed", "flags_updated");
    await client.refresh();
    expect(events.names).toEqual([]);
  });

  it("come when evaluations already answer the new values", async () => {
    const { server, client } = await ready({ beta: false });
    let seen: unknown;
    client.on("flag_changed", () => {
      seen = client.isEnabled("beta");
    });
    server.flags = { beta: true };
    await client.refresh();
    expect(seen).toBe(true);
  });

  it("reach the other listeners when one throws, and the throw is reported once", async () => {
    const { server, client } = await ready({ beta: false });
    const events = recordEvents(client, "error");
    const bug = new Error("a bug of the app");
    client.on("flag_changed", () => {
      throw bug;
    });
    const others = recordEvents(client, "flag_changed", "flags_updated");
    server.flags = { beta: true };
    await client.refresh();
    expect(others.names).toEqual(["flag_changed", "flags_updated"]);
    expect(events.of("error")).toMatchObject([{ code: "LISTENER_FAILED", cause: bug }]);
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("report a listener's rejected promise", async () => {
    const { server, client } = await ready({ beta: false });
    const bug = new Error("a bug of the app");
    client.on("flag_changed", (async () => {
      throw bug;
    }) as () => void);
    const failed = nextEvent(client, "error");
    server.flags = { beta: true };
    await client.refresh();
    expect(await failed).toMatchObject({ code: "LISTENER_FAILED", cause: bug });
  });

  it("end in no circle when an `error` listener throws", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 503 });
    const client = createClient(server);
    let calls = 0;
    client.on("error", () => {
      calls++;
      throw new Error("a bug of the app");
    });
    await client.init().catch(() => {});
    expect(calls).toBe(1);
  });

  it("are delivered in order, also when a listener causes more", async () => {
    const { client } = await ready({});
    const seen: string[] = [];
    client.once("flag_changed", () => client.setOverride("second", true));
    client.on("flag_changed", ({ key }) => seen.push(key));
    client.setOverride("first", true);
    expect(seen).toEqual(["first", "second"]);
  });

  it("reach a `once` listener once, and nobody who unsubscribed", async () => {
    const { client } = await ready({});
    const seen: string[] = [];
    const onOff = () => void seen.push("off");
    client.once("flag_changed", () => void seen.push("once"));
    const unsubscribe = client.on("flag_changed", () => void seen.push("unsubscribed"));
    client.on("flag_changed", onOff);
    client.on("flag_changed", () => void seen.push("on"));
    unsubscribe();
    client.off("flag_changed", onOff);
    client.setOverride("a", true);
    client.setOverride("b", true);
    expect(seen).toEqual(["once", "on", "on"]);
  });

  it("can be unsubscribed from with the function that `once` returned", async () => {
    const { client } = await ready({});
    const seen: string[] = [];
    client.once("flag_changed", () => void seen.push("once"))();
    client.setOverride("a", true);
    expect(seen).toEqual([]);
  });

  it("can be left with `off` also by a `once` listener", async () => {
    const { client } = await ready({});
    const seen: string[] = [];
    const listener = () => void seen.push("once");
    client.once("flag_changed", listener);
    client.off("flag_changed", listener);
    client.setOverride("a", true);
    expect(seen).toEqual([]);
  });

  it("report what a `once` listener's promise rejects with", async () => {
    const { client } = await ready({});
    const bug = new Error("a bug of the app");
    const failed = nextEvent(client, "error");
    client.once("flag_changed", (async () => {
      throw bug;
    }) as () => void);
    client.setOverride("a", true);
    expect(await failed).toMatchObject({ code: "LISTENER_FAILED", cause: bug });
  });

  it("tell each state of the connection, from one to the next", async () => {
    const server = await startRollgateServer();
    const client = createClient(server, { enableStreaming: true });
    const events = recordEvents(client, "connection_changed");
    await client.init();
    await untilState(client, ({ connection }) => connection === "streaming.open");
    await client.close();
    expect(events.of("connection_changed")).toEqual([
      { from: "off", to: "streaming.connecting" },
      { from: "streaming.connecting", to: "streaming.open" },
      { from: "streaming.open", to: "closed" },
    ]);
  });
});

describe("the store contract", () => {
  it("calls back for any change, after the version grew", async () => {
    const { server, client } = await ready({ beta: false });
    const versions: number[] = [];
    const unsubscribe = client.subscribe(() => versions.push(client.getVersion()));
    const before = client.getVersion();
    server.flags = { beta: true };
    await client.refresh();
    await client.refresh();
    expect(versions).toEqual([before + 1]);
    unsubscribe();
    client.setOverride("beta", false);
    expect(versions).toHaveLength(1);
  });

  it("calls back for one flag only when that one changed", async () => {
    const { server, client } = await ready({ beta: false, other: false });
    const seen: boolean[] = [];
    client.subscribe("beta", () => seen.push(client.isEnabled("beta")));
    server.flags = { beta: false, other: true };
    await client.refresh();
    expect(seen).toEqual([]);
    server.flags = { beta: true, other: true };
    await client.refresh();
    expect(seen).toEqual([true]);
  });

  it("calls back when a change of users takes the flags away", async () => {
    const { server, client } = await ready({ beta: true });
    const seen: boolean[] = [];
    client.subscribe("beta", () => seen.push(client.isEnabled("beta")));
    const identified = client.identify({ id: "u2" });
    expect(seen).toEqual([false]);
    await identified;
    expect(seen).toEqual([false, true]);
    expect(server.count("flags")).toBe(2);
  });

  it("lets the same function subscribe twice, each subscription ending by itself", async () => {
    const { client } = await ready({});
    let calls = 0;
    const listener = () => void calls++;
    const first = client.subscribe(listener);
    client.subscribe(listener);
    first();
    first();
    client.setOverride("beta", true);
    expect(calls).toBe(1);
  });

  it("lets a subscription end twice, without harm to a later one of the same flag", async () => {
    const { client } = await ready({});
    let calls = 0;
    const end = client.subscribe("beta", () => {});
    end();
    client.subscribe("beta", () => void calls++);
    end();
    client.setOverride("beta", true);
    expect(calls).toBe(1);
  });

  it("isolates a listener that throws", async () => {
    const { client } = await ready({});
    const events = recordEvents(client, "error");
    let calls = 0;
    client.subscribe(() => {
      throw new Error("a bug of the app");
    });
    client.subscribe(() => void calls++);
    client.setOverride("beta", true);
    expect(calls).toBe(1);
    expect(events.of("error")).toMatchObject([{ code: "LISTENER_FAILED" }]);
  });
});

describe("diagnostics", () => {
  it("getState names the state of every machine before init", async () => {
    const client = createClient(await startRollgateServer());
    expect(client.getState()).toEqual({
      client: "idle",
      user: "anonymous",
      evaluation: "remote",
      connection: "off",
      refresh: "idle.resting",
      circuit: "closed",
      freshness: "empty",
      rules: "empty",
      hold: "free",
      tracking: "dormant",
      telemetry: "dormant",
    });
  });

  it("getState tells the next poll, and survives JSON", async () => {
    const server = await startRollgateServer();
    const clock = createVirtualClock();
    const client = createClient(server, { clock, random: () => 0.5, refreshIntervalMs: 30_000 });
    await client.init({ id: "u1" });
    const state = client.getState();
    expect(state).toEqual({
      client: "running",
      user: "identified",
      evaluation: "remote",
      connection: "polling",
      refresh: "idle.cooling",
      circuit: "closed",
      freshness: "fresh",
      rules: "empty",
      hold: "free",
      tracking: "idle",
      telemetry: "idle",
      nextPollAt: clock.now() + 30_000,
      staleAt: clock.now() + 300_000,
    });
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it("onTransition tells every change in causal order, numbered from 1", async () => {
    const server = await startRollgateServer();
    const clock = createVirtualClock();
    const client = createClient(server, { clock });
    const told: string[] = [];
    client.onTransition((t) => told.push(`${t.actor} ${t.from} → ${t.to}`));
    await client.init();
    const transitions = client.getTransitions();
    expect(transitions.map((t) => `${t.actor} ${t.from} → ${t.to}`)).toEqual(told);
    expect(transitions.map(({ seq }) => seq)).toEqual(transitions.map((_, index) => index + 1));
    expect(transitions[0]).toEqual({
      seq: 1,
      actor: "client",
      from: "idle",
      to: "initializing.loading",
      event: "init",
      at: clock.now(),
    });
    const order = [
      "client idle → initializing.loading",
      "client initializing.loading → initializing.empty",
      "refresh switching → admitting",
      "refresh admitting → requesting",
      "client initializing.empty → running",
      "freshness empty → judging",
    ].map((one) => told.indexOf(one));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBe(0);
  });

  it("onTransition tells the cause before the effect in another machine", async () => {
    const server = await startRollgateServer();
    const client = createClient(server, { circuitBreaker: { failureThreshold: 1 } });
    await client.init();
    server.answer("flags", { status: 503 });
    const told: string[] = [];
    client.onTransition((t) => told.push(`${t.actor} ${t.to}`));
    await client.refresh().catch(() => {});
    expect(told.indexOf("refresh settled")).toBeGreaterThan(-1);
    expect(told.indexOf("circuit open")).toBeGreaterThan(told.indexOf("refresh settled"));
  });

  it("getTransitions keeps the last 200", async () => {
    const { client } = await ready({});
    for (let n = 0; n < 120; n++) {
      client.setOffline(true);
      client.setOffline(false);
    }
    const transitions = client.getTransitions();
    const last = transitions.at(-1)?.seq ?? 0;
    expect(last).toBeGreaterThan(200);
    expect(transitions).toHaveLength(200);
    expect(transitions[0]?.seq).toBe(last - 199);
    expect(JSON.parse(JSON.stringify(transitions))).toEqual(transitions);
  });

  it("a transition listener that throws disturbs nothing and is reported", async () => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server);
    const events = recordEvents(client, "error");
    let calls = 0;
    client.onTransition(() => {
      throw new Error("a bug of the app");
    });
    const stop = client.onTransition(() => void calls++);
    await client.init();
    expect(client.isEnabled("beta")).toBe(true);
    expect(calls).toBeGreaterThan(0);
    expect(new Set(events.of("error").map(({ code }) => code))).toEqual(
      new Set(["LISTENER_FAILED"]),
    );
    stop();
    const before = calls;
    await client.refresh();
    expect(calls).toBe(before);
  });

  it("the root actor can be read", async () => {
    const { client } = await ready({});
    expect(client.actor.getSnapshot().value).toMatchObject({ phase: "running" });
  });

  it("no transition carries the key, the user or an attribute", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init({
      id: "secret-id",
      email: "secret@b.c",
      attributes: { plan: "secret-plan" },
    });
    expect(JSON.stringify([client.getTransitions(), client.getState()])).not.toMatch(
      /secret|sb_server/,
    );
  });
});
