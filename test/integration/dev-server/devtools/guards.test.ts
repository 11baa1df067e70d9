import { connect as connectTcp } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { call, errorOf, flagsOf, send, serve } from "../kit";
import { connect, raw } from "./kit";

const JSON_TYPE = { "content-type": "application/json" };

describe("a WebSocket", () => {
  it("of inspectors is open to programs and pages of this machine", async () => {
    const server = await serve({});
    const ask = async (headers: Record<string, string>) =>
      (await connect(server, "inspect", headers)).handshake;
    expect(await ask({})).toBe("open");
    for (const origin of [
      "http://localhost:3000",
      "https://localhost",
      "http://127.0.0.1:5173",
      "http://[::1]:8080",
      "http://shop.localhost",
    ]) {
      expect([origin, await ask({ origin })]).toEqual([origin, "open"]);
    }
    for (const origin of [
      "null",
      "https://evil.example",
      "http://localhost.evil.example",
      "file://",
    ]) {
      expect([origin, await ask({ origin })]).toEqual([origin, 403]);
    }
    for (const host of ["evil.example", `evil.example:${server.port}`, "10.0.0.1"]) {
      expect([host, await ask({ host })]).toEqual([host, 403]);
      expect([host, await ask({ host, origin: `http://${host}` })]).toEqual([host, 403]);
    }
  });

  it("of the page is open to programs and the page alone", async () => {
    const server = await serve({});
    const host = `localhost:${server.port}`;
    const ask = async (headers: Record<string, string>) =>
      (await connect(server, "live", { host, ...headers })).handshake;
    expect(await ask({})).toBe("open");
    expect(await ask({ origin: `http://${host}` })).toBe("open");
    for (const origin of [
      "null",
      "https://evil.example",
      "http://localhost:3000",
      `http://127.0.0.1:${server.port}`,
      `https://${host}`,
    ]) {
      expect([origin, await ask({ origin })]).toEqual([origin, 403]);
    }
    expect(await ask({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await ask({ "sec-fetch-site": "same-site" })).toBe(403);
    const rebound = { host: "evil.example", origin: "http://evil.example" };
    expect(await ask(rebound)).toBe(403);
  });

  it("that is refused is told why, and recorded", async () => {
    const server = await serve({});
    const answer = await raw(server, "/__rollgate/live", {
      Connection: "Upgrade",
      Upgrade: "websocket",
      Origin: "https://evil.example",
    });
    expect(JSON.parse(answer.body).error.message).toBe(
      "Control endpoints refuse pages of other origins.",
    );
    expect(server.requests.map(({ status, path }) => [status, path])).toEqual([
      [403, "/__rollgate/live"],
    ]);
  });
});

describe("a change of a flag", () => {
  const patch = { method: "PATCH", body: '{"enabled":false}' };

  it("is refused to other hosts and origins, and to no origin at all", async () => {
    const server = await serve({ x: { enabled: true } });
    const host = `localhost:${server.port}`;
    const ask = async (headers: Record<string, string>) =>
      (await raw(server, "/__rollgate/flags/x", { ...JSON_TYPE, ...headers }, patch)).status;
    for (const headers of [
      { host: "evil.example" },
      { host: "evil.example", origin: "http://evil.example" },
      { host, origin: "https://evil.example" },
      { host, origin: "http://localhost:3000" },
      { host, origin: "null" },
      { host, "sec-fetch-site": "cross-site" },
      { host, "sec-fetch-site": "same-site" },
    ]) {
      expect([headers, await ask(headers)]).toEqual([headers, 403]);
    }
    expect(await flagsOf(server)).toEqual({ x: true });
    expect(await ask({ host, origin: `http://${host}` })).toBe(200);
    expect(await flagsOf(server)).toEqual({ x: false });
  });

  it("needs the type that no form can send, when a browser sends it", async () => {
    const server = await serve({ x: { enabled: true } });
    const host = `localhost:${server.port}`;
    const form = { "content-type": "text/plain" };
    for (const [path, options] of [
      ["/__rollgate/flags/x", patch],
      ["/__rollgate/faults", { method: "POST", body: "{}" }],
    ] as const) {
      const ask = async (headers: Record<string, string>) =>
        (await raw(server, path, { host, ...headers }, options)).status;
      expect(await ask({ ...form, origin: `http://${host}` })).toBe(415);
      expect(await ask({ ...form, "sec-fetch-site": "none" })).toBe(415);
      expect(await ask({ origin: `http://${host}` })).toBe(415);
      expect(await ask({ "content-type": "application/jsonp", origin: `http://${host}` })).toBe(
        415,
      );
      expect(await ask(form)).toBeLessThan(300);
      const type = "application/json; charset=utf-8";
      expect(await ask({ "content-type": type, origin: `http://${host}` })).toBeLessThan(300);
    }
  });

  it("cannot be asked for from elsewhere by a preflight", async () => {
    const server = await serve({ x: { enabled: true } });
    const response = await fetch(`${server.url}/__rollgate/flags/x`, {
      method: "OPTIONS",
      headers: { Origin: "http://localhost:3000", "Access-Control-Request-Method": "PATCH" },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get("access-control-allow-origin")).toBe(null);
  });
});

describe("a request for another protocol", () => {
  it("is answered as if it had not asked, with its body", async () => {
    const server = await serve({ x: { enabled: true } });
    // Long enough to arrive in many parts.
    const user = { id: "u", email: "x".repeat(500_000) };
    const body = JSON.stringify({ user });
    const first = [
      "POST /api/v1/sdk/identify HTTP/1.1",
      "Host: localhost",
      "Authorization: Bearer dev-key",
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABk",
      `Content-Length: ${body.length}`,
    ];
    const second = [
      "GET /api/v1/sdk/flags HTTP/1.1",
      "Host: localhost",
      "Authorization: Bearer dev-key",
      "Connection: close",
    ];
    const text = [...first, "", body + second.join("\r\n"), "", ""].join("\r\n");
    const socket = await send(server, text);
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200"]);
    expect(answer).toContain('{"flags":{"x":true}}');
    expect(server.users.get("u")).toEqual(user);
  });

  it("that is no whole handshake is refused", async () => {
    const server = await serve({});
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    expect((await raw(server, "/__rollgate/live", headers)).status).toBe(400);
    expect((await raw(server, "/__rollgate/inspect", headers)).status).toBe(400);
  });

  it("to a path without WebSocket is answered as any other", async () => {
    const server = await serve({});
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    expect((await raw(server, "/nothing", headers)).status).toBe(404);
    expect((await raw(server, "/__rollgate/state", headers)).status).toBe(200);
    expect((await raw(server, "/api/v1/sdk/flags", headers)).status).toBe(401);
  });

  it("does not keep the server from closing", async () => {
    const server = await serve({});
    // A peer that keeps its side open, as nothing in a browser would.
    const socket = connectTcp({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => {
      socket.destroy();
    });
    const lines = ["Host: evil.example", "Connection: Upgrade", "Upgrade: websocket"];
    socket.write(["GET /__rollgate/live HTTP/1.1", ...lines, "", ""].join("\r\n"));
    await new Promise((resolve) => socket.once("data", resolve));
    await server.close();
    await expect(call(server, "flags")).rejects.toThrow("fetch failed");
  });
});

it("tells a 415 as every refusal", async () => {
  const server = await serve({});
  const response = await fetch(`${server.url}/__rollgate/faults`, {
    method: "POST",
    headers: { Origin: server.url, "Content-Type": "text/plain" },
    body: "{}",
  });
  expect(await errorOf(response)).toEqual({
    code: "REQUEST_004",
    category: "REQUEST",
    message: "A page must send its body as application/json.",
    retryable: false,
  });
});
