import { describe, expect, it } from "vitest";
import { nextEvent, untilState } from "../../support/events";
import { createGate } from "../../support/rollgate-server";
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
