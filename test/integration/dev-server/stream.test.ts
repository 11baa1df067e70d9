import { describe, expect, it } from "vitest";
import { flagsOf, once, post, send, serve, stream } from "./kit";

describe("GET stream", () => {
  it("begins with the flags of the user", async () => {
    const server = await serve({
      on: { enabled: true },
      vip: { enabled: true, rollout: 0, targetUsers: ["u1"] },
    });
    const anonymous = await stream(server);
    expect(anonymous.response.headers.get("content-type")).toBe("text/event-stream");
    expect(await anonymous.next()).toEqual(["init", { flags: { on: true, vip: false } }]);
    const vip = await stream(server, "user_id=u1");
    expect(await vip.next()).toEqual(["init", { flags: { on: true, vip: true } }]);
  });

  it("uses the attributes that are remembered for the user", async () => {
    const condition = { attribute: "plan", operator: "equals", value: "pro" };
    const server = await serve({
      pro: { enabled: true, rollout: 0, rules: [{ conditions: [condition] }] },
    });
    await post(server, "identify", { user: { id: "u1", attributes: { plan: "pro" } } });
    const reader = await stream(server, "user_id=u1");
    expect(await reader.next()).toEqual(["init", { flags: { pro: true } }]);
  });

  it("tells every stream of each flag that was changed, added or removed, and of no other", async () => {
    const server = await serve({
      same: { enabled: true },
      changed: { enabled: true, rollout: 10 },
      gone: { enabled: true },
    });
    const readers = [await stream(server), await stream(server, "user_id=u1")];
    for (const reader of readers) await reader.next();

    server.setFlags({
      flags: {
        added: { enabled: true },
        changed: { rollout: 20, enabled: true },
        same: { enabled: true },
      },
    });
    for (const reader of readers) {
      expect([await reader.next(), await reader.next(), await reader.next()]).toEqual([
        ["flag-changed", { key: "added", enabled: true }],
        ["flag-changed", { key: "changed", enabled: true }],
        ["flag-changed", { key: "gone", enabled: false }],
      ]);
    }
    server.updateFlag("same", { enabled: false });
    expect(await readers[0]?.next()).toEqual(["flag-changed", { key: "same", enabled: false }]);
  });

  it("tells of the flags that ask about a segment that changed, however far below", async () => {
    const server = await serve({});
    const file = (users: string[]) => ({
      flags: {
        x: {
          enabled: true,
          rules: [{ conditions: [{ attribute: "segment", operator: "in", value: "outer" }] }],
        },
        y: { enabled: true },
      },
      segments: {
        outer: { conditions: [{ attribute: "segment", operator: "in", value: "inner" }] },
        inner: { users },
      },
    });
    server.setFlags(file(["a"]));
    const changed = once(server, "flags_changed");
    server.setFlags(file(["b"]));
    expect(await changed).toEqual(["x"]);
  });

  it("sends heartbeats", async () => {
    const server = await serve({}, { heartbeatMs: 5 });
    const reader = await stream(server);
    expect((await reader.next())[0]).toBe("init");
    expect(await reader.next()).toEqual([":", "heartbeat"]);
  });

  it("counts open streams, and drops them all when told", async () => {
    const server = await serve({});
    const first = await stream(server);
    const second = await stream(server);
    await first.next();
    await second.next();
    expect(server.connectedStreams).toBe(2);

    const left = once(server, "streams_changed");
    first.close();
    expect(await left).toBe(1);
    expect(server.dropStreams()).toBe(1);
    expect(server.connectedStreams).toBe(0);
    await expect(second.next()).rejects.toThrow("terminated");
  });
});

describe("a reader that does not read", () => {
  it("is cut off, and the server goes on", async () => {
    const server = await serve({});
    const head = "GET /api/v1/sdk/stream?token=dev-key HTTP/1.1\r\nHost: x\r\n\r\n";
    const opened = once(server, "streams_changed");
    const socket = await send(server, head);
    socket.pause();
    expect(await opened).toBe(1);

    const cut = once(server, "streams_changed");
    const key = (n: number) => `${n}`.padEnd(10_000, "x");
    for (let round = 0; round < 10; round++) {
      const keys = Array.from({ length: 500 }, (_, n) => key(n));
      const flag = { enabled: round % 2 === 0 };
      server.setFlags({ flags: Object.fromEntries(keys.map((name) => [name, flag])) });
    }
    expect(await cut).toBe(0);
    expect(Object.keys(await flagsOf(server)).length).toBe(500);
    socket.destroy();
  });
});

describe("the stream's key", () => {
  const statuses = async (options: { streamAuth?: "both" | "token" | "header" }) => {
    const server = await serve({}, options);
    const status = async (query: string, headers: Record<string, string>) => {
      const response = await fetch(`${server.url}/api/v1/sdk/stream${query}`, { headers });
      await response.body?.cancel();
      return response.status;
    };
    return {
      header: await status("", { Authorization: "Bearer dev-key" }),
      token: await status("?token=dev-key", {}),
      wrong: await status("?token=x", { Authorization: "Bearer x" }),
      none: await status("", {}),
    };
  };

  it("is accepted in header and query unless told otherwise", async () => {
    expect(await statuses({})).toEqual({ header: 200, token: 200, wrong: 401, none: 401 });
    expect(await statuses({ streamAuth: "both" })).toEqual({
      header: 200,
      token: 200,
      wrong: 401,
      none: 401,
    });
    expect(await statuses({ streamAuth: "header" })).toEqual({
      header: 200,
      token: 401,
      wrong: 401,
      none: 401,
    });
    expect(await statuses({ streamAuth: "token" })).toEqual({
      header: 401,
      token: 200,
      wrong: 401,
      none: 401,
    });
  });

  it("in a query opens nothing else, and is not recorded", async () => {
    const server = await serve({});
    const response = await fetch(`${server.url}/api/v1/sdk/flags?token=dev-key&user_id=u`);
    expect(response.status).toBe(401);
    expect(server.requests[0]?.query).toEqual({ token: "[redacted]", user_id: "u" });
  });
});
