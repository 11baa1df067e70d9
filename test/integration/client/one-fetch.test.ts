import { describe, expect, it } from "vitest";
import { nextEvent, untilState } from "../../support/events";
import { createGate } from "../../support/rollgate-server";
import { rejection } from "../http/support";
import { cooling, received, SPACING_MS, streaming } from "./streams";

const CHANGE = { key: "beta", enabled: true };

describe("during a fetch", () => {
  it("all that refresh and the stream wish for becomes one more fetch, for all of them", async () => {
    const { server, clock, client, stream, fetched } = await streaming();
    const gate = createGate();
    server.answerOnce("flags", { gate });
    stream.event("flag-changed", CHANGE);
    await server.request("flags", fetched + 1);
    const calls = [client.refresh(), client.refresh()];
    await received(clock, () => {
      stream.event("flag-changed", CHANGE);
      stream.event("flag-changed", CHANGE);
    });
    server.flags = { beta: true };
    gate.open();
    await Promise.all(calls);
    expect(client.isEnabled("beta")).toBe(true);
    await untilState(client, cooling);
    clock.advance(SPACING_MS);
    expect(client.getState().refresh).toBe("idle.resting");
    expect(server.count("flags")).toBe(fetched + 2);
  });

  it("that waits for its retry, a change is left to that retry", async () => {
    const { server, clock, client, stream, fetched } = await streaming({
      retry: { maxRetries: 1, baseDelayMs: 700 },
    });
    server.answerOnce("flags", { status: 503 });
    stream.event("flag-changed", CHANGE);
    await untilState(client, ({ refresh }) => refresh === "retryWait");
    await received(clock, () => stream.event("flag-changed", CHANGE));
    server.flags = { beta: true };
    const changed = nextEvent(client, "flag_changed");
    clock.advance(700);
    expect(await changed).toEqual({ key: "beta", value: true, previous: false });
    await untilState(client, cooling);
    clock.advance(SPACING_MS);
    expect(client.getState().refresh).toBe("idle.resting");
    expect(server.count("flags")).toBe(fetched + 2);
  });

  it("whose 304 vouches for flags that the stream replaced meanwhile, all are asked for", async () => {
    const { server, client, stream, fetched } = await streaming();
    const gate = createGate();
    server.answerOnce("flags", { etag: '"1"' }, { gate, status: 304 });
    await client.refresh();
    const refreshed = client.refresh();
    await server.request("flags", fetched + 2);
    const changed = nextEvent(client, "flag_changed");
    stream.event("init", { flags: { beta: true } });
    await changed;
    server.flags = { beta: true, added: true };
    gate.open();
    await refreshed;
    const conditions = server.requests("flags").map(({ headers }) => headers["if-none-match"]);
    expect(conditions.slice(fetched)).toEqual([undefined, '"1"', undefined]);
    expect({ ...client.getAllFlags() }).toEqual({ beta: true, added: true });
    expect(client.isEnabledDetail("beta").source).toBe("network");
  });
});

describe("a 304 that vouches for flags which the stream replaced meanwhile", () => {
  /** With a conditional GET under way, whose condition is of flags that are gone. */
  async function overtaken() {
    const world = await streaming();
    const { server, client, stream, fetched } = world;
    const gate = createGate();
    server.answerOnce("flags", { etag: '"1"' }, { gate, status: 304 });
    await client.refresh();
    const refreshed = client.refresh();
    const request = await server.request("flags", fetched + 2);
    const changed = nextEvent(client, "flag_changed");
    stream.event("init", { flags: { beta: true } });
    await changed;
    return { ...world, gate, refreshed, request };
  }

  it("makes no request while a hold holds; the flags are asked for when it is over", async () => {
    const { server, clock, client, fetched, gate, refreshed, request } = await overtaken();
    server.answerOnce("events", { status: 429, headers: { "Retry-After": "20" } });
    client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
    await rejection(client.flushEvents());
    expect(client.getState().hold).toBe("held");
    gate.open();
    expect(await rejection(refreshed)).toMatchObject({ code: "RATE_LIMITED", retryAfter: 20 });
    await request.ended;
    clock.advance(19_999);
    expect(server.count("flags")).toBe(fetched + 2);
    server.flags = { beta: true, added: true };
    const added = nextEvent(client, "flag_changed", ({ key }) => key === "added");
    // Each channel comes back at a moment of its own: half the hold later, as the dice say.
    clock.advance(10_001);
    await added;
    expect(server.requests("flags")[fetched + 2]?.headers["if-none-match"]).toBeUndefined();
  });

  it("makes one more request, with a deadline of its own, which the caller waits for", async () => {
    const { server, clock, client, fetched, gate, refreshed } = await overtaken();
    clock.advance(9_000);
    const again = createGate();
    server.answerOnce("flags", { gate: again, flags: { beta: false } });
    gate.open();
    await server.request("flags", fetched + 3);
    clock.advance(9_000);
    expect(client.getState().refresh).toBe("requesting");
    again.open();
    await refreshed;
    expect(client.isEnabled("beta")).toBe(false);
    expect(client.getCircuitStats()).toMatchObject({ state: "closed", failures: 0 });
  });
});

describe("a broadcast change", () => {
  it("is fetched at any moment within changeJitterMs, as chance wills", async () => {
    const { server, clock, stream, fetched } = await streaming({
      random: () => 0.9,
      stream: { changeJitterMs: 10_000 },
    });
    stream.event("flag-changed", CHANGE);
    await clock.timer(9_000);
    clock.advance(9_000);
    await server.request("flags", fetched + 1);
  });
});
