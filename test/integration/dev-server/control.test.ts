import { request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { DevServer } from "../../../src/dev-server";
import { call, control, flagsOf, post, serve, stream } from "./kit";

/** Sends headers that `fetch` does not let one choose. */
function raw(server: DevServer, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { port: server.port, path: "/__rollgate/faults", method: "POST", headers };
    request(options, async (response) => {
      await text(response);
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end("{}");
  });
}

describe("control endpoints", () => {
  it("show what the server knows", async () => {
    const server = await serve({ x: { enabled: true } });
    const reader = await stream(server);
    await reader.next();
    const event = { flagKey: "x", eventName: "e", userId: "u", timestamp: "2026-01-01T00:00:00Z" };
    await post(server, "events", { events: [event] });
    const report = { evaluations: { x: { total: 1, true: 1, false: 0 } }, period_ms: 10 };
    await post(server, "telemetry", report);
    await post(server, "identify", { user: { id: "u", email: "a@b.c" } });
    server.faults.add({ route: "events", status: 500 });
    expect(await (await control(server, "state")).json()).toEqual({
      events: [event],
      telemetry: [report],
      users: [{ id: "u", email: "a@b.c" }],
      streams: 1,
      requests: 4,
      faults: [{ id: "fault-1", route: "events", status: 500 }],
    });
  });

  it("drop the streams", async () => {
    const server = await serve({});
    const reader = await stream(server);
    await reader.next();
    expect(await (await control(server, "streams/drop", "POST")).json()).toEqual({ dropped: 1 });
    await expect(reader.next()).rejects.toThrow("terminated");
  });

  it("answer 404 and 405 like the others", async () => {
    const server = await serve({});
    expect((await control(server, "nothing")).status).toBe(404);
    const response = await control(server, "faults", "PUT");
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST, DELETE"]);
    expect((await control(server, "faults", "POST")).status).toBe(400);
  });

  it("answer to loopback host names only", async () => {
    const server = await serve({});
    const statuses = new Map<string, number | undefined>();
    for (const host of [
      "localhost:1",
      "127.0.0.1",
      "[::1]:80",
      "evil.example",
      "10.0.0.1",
      "a b",
    ]) {
      statuses.set(host, await raw(server, { host }));
    }
    expect([...statuses.values()]).toEqual([201, 201, 201, 403, 403, 403]);
  });

  it("refuse pages of other origins, loopback or not", async () => {
    const server = await serve({});
    const host = `localhost:${server.port}`;
    const json = { "content-type": "application/json" };
    expect(await raw(server, { host, origin: `http://${host}`, ...json })).toBe(201);
    for (const origin of ["http://localhost:3000", "https://evil.example", "null"]) {
      expect([origin, await raw(server, { host, origin })]).toEqual([origin, 403]);
    }
    expect(await raw(server, { host, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(server.faults.list().length).toBe(1);
    const answer = await fetch(`${server.url}/__rollgate/state`, {
      headers: { Origin: "http://localhost:3000" },
    });
    expect(answer.headers.get("access-control-allow-origin")).toBe(null);
  });

  it("are never met by a fault", async () => {
    const server = await serve({});
    server.faults.add({ status: 500 });
    expect((await control(server, "faults", "DELETE")).status).toBe(200);
    expect(await flagsOf(server)).toEqual({});
  });
});

describe("the request log", () => {
  it("tells who asked for what and what came of it, without the key", async () => {
    const server = await serve({ x: { enabled: true } }, { apiKey: "canary" });
    const headers = {
      Authorization: "Bearer canary",
      Cookie: "session=canary",
      "X-SDK-Name": "rollgate-typescript",
    };
    await call(server, "flags?user_id=u1&withReasons=true", { headers });
    await call(server, "flags");
    const [first, second] = server.requests;
    expect(first?.headers["authorization"]).toBe("[redacted]");
    expect(first?.headers["x-sdk-name"]).toBe("rollgate-typescript");
    const { method, path, query, status, userId } = first ?? {};
    expect({ method, path, query, status, userId }).toEqual({
      method: "GET",
      path: "/api/v1/sdk/flags",
      query: { user_id: "u1", withReasons: "true" },
      status: 200,
      userId: "u1",
    });
    expect([second?.status, second?.note]).toEqual([401, "The API key is not known."]);
    expect(JSON.stringify(server.requests)).not.toContain("canary");
  });
});
