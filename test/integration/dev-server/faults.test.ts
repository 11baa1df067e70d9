import { once as onceEmitted } from "node:events";
import { describe, expect, it } from "vitest";
import type { Fault } from "../../../src/dev-server";
import { call, control, errorOf, flagsOf, once, post, send, serve, stream } from "./kit";

const flags = { x: { enabled: true } };
const batch = {
  events: [{ flagKey: "x", eventName: "e", userId: "u", timestamp: "2026-01-01T00:00:00Z" }],
};

describe("a fault", () => {
  it("meets as many requests as it is told, on its route alone", async () => {
    const server = await serve(flags);
    server.faults.add({ route: "flags", status: 503, times: 2 });
    const statuses = [];
    for (const path of ["flags", "stream", "v2/flags", "flags"]) {
      const response = await call(server, path);
      statuses.push(response.status);
      await response.body?.cancel();
    }
    expect(statuses).toEqual([503, 200, 503, 200]);
    expect(server.faults.list()).toEqual([]);
  });

  it("meets every route unless told otherwise, until it is removed", async () => {
    const server = await serve(flags);
    const id = server.faults.add({ status: 500 });
    const statuses = async () => [
      (await call(server, "flags")).status,
      (await post(server, "identify", { user: { id: "u" } })).status,
      (await post(server, "events", batch)).status,
      (await post(server, "telemetry", { evaluations: {}, period_ms: 1 })).status,
    ];
    expect(await statuses()).toEqual([500, 500, 500, 500]);
    expect((await call(server, "stream")).status).toBe(500);
    expect([server.events, server.users.size]).toEqual([[], 0]);
    expect(server.faults.remove(id)).toBe(true);
    expect(server.faults.remove(id)).toBe(false);
    expect(await statuses()).toEqual([200, 200, 200, 200]);
  });

  it("that is older applies first, so that several make a script", async () => {
    const server = await serve(flags);
    for (const status of [500, 429, 404]) server.faults.add({ status, times: 1 });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await call(server, "flags")).status);
    expect(statuses).toEqual([500, 429, 404, 200]);
  });

  it("answers with the protocol's error body, whatever the key", async () => {
    const server = await serve(flags);
    server.faults.add({ status: 503 });
    const response = await call(server, "flags", { headers: { Authorization: "Bearer wrong" } });
    expect(await errorOf(response)).toEqual({
      code: "INTERNAL_001",
      category: "INTERNAL",
      message: "Internal error.",
      retryable: true,
    });
  });

  it("can ask for peace", async () => {
    const server = await serve(flags);
    const ask = async (fault: Fault) => {
      server.faults.add({ ...fault, times: 1 });
      const response = await call(server, "flags");
      return [response.status, response.headers.get("retry-after")];
    };
    expect(await ask({ retryAfter: 7 })).toEqual([429, "7"]);
    expect(await ask({ retryAfter: "soon", status: 503 })).toEqual([503, "soon"]);
    expect(await ask({ retryAfter: -1, body: "html" })).toEqual([429, "-1"]);
  });

  it("can redirect, or answer without a word", async () => {
    const server = await serve(flags);
    server.faults.add({ status: 302, times: 1 });
    const moved = await call(server, "flags");
    expect([moved.status, moved.headers.get("location")]).toEqual([302, "/moved"]);
    for (const status of [204, 304]) {
      server.faults.add({ status, times: 1 });
      const silent = await call(server, "flags");
      expect([silent.status, silent.headers.get("location")]).toEqual([status, null]);
    }
    server.faults.add({ status: 200, times: 1 });
    expect(await (await call(server, "flags")).json()).toEqual({});
  });

  it("of latency lets the genuine answer come late", async () => {
    const server = await serve(flags);
    server.faults.add({ latencyMs: 30, times: 1 });
    const response = await call(server, "flags");
    expect(await response.json()).toEqual({ flags: { x: true } });
    const [entry] = server.requests;
    expect(entry?.note).toBe("fault-1");
    // Timers may fire a little early, never by half.
    expect(entry?.durationMs).toBeGreaterThan(15);
  });

  it("of latency ends with the connection, and with the server", async () => {
    const server = await serve(flags);
    server.faults.add({ latencyMs: 2_000_000 });
    // The server's "100 Continue" tells that it has begun.
    const begin = async () => {
      const head = "POST /api/v1/sdk/events HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n";
      const socket = await send(server, `${head}Content-Length: 9\r\n\r\n`);
      await onceEmitted(socket, "data");
      return socket;
    };
    const left = await begin();
    const recorded = once(server, "request");
    left.destroy();
    expect((await recorded).status).toBe(0);

    const stayed = await begin();
    const ended = onceEmitted(stayed, "close");
    const alsoRecorded = once(server, "request");
    await server.close();
    await ended;
    expect((await alsoRecorded).note).toBe("sender gone");
  });

  it("can drop the connection", async () => {
    const server = await serve(flags);
    server.faults.add({ drop: true, times: 1 });
    await expect(call(server, "flags")).rejects.toThrow("fetch failed");
    expect(server.requests.map(({ status }) => status)).toEqual([0]);
    expect(await flagsOf(server)).toEqual({ x: true });
  });

  it("can lose nothing but the answer", async () => {
    const server = await serve(flags);
    server.faults.add({ drop: true, handled: true, times: 1 });
    await expect(post(server, "events", batch)).rejects.toThrow("fetch failed");
    expect(server.events).toEqual(batch.events);
  });

  it("on the stream makes it fail to open", async () => {
    const server = await serve(flags);
    server.faults.add({ route: "stream", status: 503, times: 1 });
    expect((await stream(server)).response.status).toBe(503);
    expect(await (await stream(server)).next()).toEqual(["init", { flags: { x: true } }]);
  });
});

describe("a bad body", () => {
  const get = async (fault: Fault) => {
    const server = await serve(flags);
    server.faults.add(fault);
    return call(server, "flags");
  };

  it("can be a proxy's page", async () => {
    const response = await get({ body: "html" });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });

  it("can be empty, or JSON that ends too early", async () => {
    expect(await (await get({ body: "empty" })).text()).toBe("");
    const text = await (await get({ body: "invalid-json" })).text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it("can break off", async () => {
    const response = await get({ body: "truncated" });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("terminated");
  });

  it("can be huge, and still JSON", async () => {
    const text = await (await get({ body: "huge" })).text();
    expect(text.length).toBe(16 * 1_048_576 + 2);
    expect(JSON.parse(text)).toEqual({});
  });

  it("can drip, without end, until the sender leaves or the server closes", async () => {
    const server = await serve(flags);
    server.faults.add({ body: "drip", status: 500 });
    const response = await call(server, "flags");
    expect(response.status).toBe(500);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBe(1);
    expect((await reader?.read())?.value?.length).toBe(1);
    await server.close();
    await expect(reader?.read()).rejects.toThrow("terminated");
  });
});

describe("faults over HTTP", () => {
  it("are added, listed and removed", async () => {
    const server = await serve(flags);
    const added = await control(server, "faults", "POST", {
      route: "flags",
      status: 500,
      times: 3,
    });
    expect([added.status, await added.json()]).toEqual([201, { id: "fault-1" }]);
    await control(server, "faults", "POST", { latencyMs: 1 });
    expect((await call(server, "flags")).status).toBe(500);
    expect(await (await control(server, "faults")).json()).toEqual({
      faults: [
        { id: "fault-1", route: "flags", status: 500, times: 2 },
        { id: "fault-2", route: "all", latencyMs: 1 },
      ],
    });
    expect((await control(server, "faults/fault-1", "DELETE")).status).toBe(200);
    expect((await control(server, "faults/fault-1", "DELETE")).status).toBe(404);
    expect(server.faults.list().map(({ id }) => id)).toEqual(["fault-2"]);
    expect((await control(server, "faults", "DELETE")).status).toBe(200);
    expect(server.faults.list()).toEqual([]);
  });

  it.each([
    [{ status: 99 }, "status"],
    [{ status: "500" }, "status"],
    [{ times: 0 }, "times"],
    [{ route: "page" }, "route"],
    [{ body: "weird" }, "body"],
    [{ latencyMs: -1 }, "latencyMs"],
    [{ latencyMs: 1e12 }, "latencyMs"],
    [{ retryAfter: "a\r\nb: c" }, "retryAfter"],
    [{ satus: 500 }, "satus"],
    [[], ""],
    ["all", ""],
  ])("are refused as %j", async (fault, field) => {
    const server = await serve(flags);
    const response = await control(server, "faults", "POST", fault);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).field).toBe(field);
    expect(server.faults.list()).toEqual([]);
  });
});
