import { describe, expect, it } from "vitest";
import type { DevServer } from "../../../src/dev-server";
import { call, errorOf, flagsOf, once, post, send, serve } from "./kit";

async function exchange(server: DevServer, text: string): Promise<string> {
  const socket = await send(server, text);
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  return answer;
}

describe("a refused request", () => {
  it("without a key, or with another one, gets a 401", async () => {
    const server = await serve({}, { apiKey: "right" });
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${server.url}/api/v1/sdk/flags`, { headers });
      return [response.status, await response.json()];
    };
    expect(await ask({})).toEqual([
      401,
      {
        error: {
          code: "AUTH_001",
          category: "AUTH",
          message: "No API key was sent as `Authorization: Bearer <key>`.",
          retryable: false,
        },
      },
    ]);
    const wrong = {
      error: {
        code: "AUTH_004",
        category: "AUTH",
        message: "The API key is not known.",
        retryable: false,
      },
    };
    expect(await ask({ Authorization: "Bearer wrong" })).toEqual([401, wrong]);
    expect((await ask({ Authorization: "Basic right" }))[0]).toBe(401);
    expect((await ask({ Authorization: "bearer right" }))[0]).toBe(200);
  });

  it("to an unknown path gets a 404, with another method a 405", async () => {
    const server = await serve({});
    const missing = await call(server, "nothing");
    expect([missing.status, (await errorOf(missing)).code]).toEqual([404, "NOT_FOUND_001"]);
    const page = await fetch(`${server.url}/nothing.html`);
    expect([page.status, (await errorOf(page)).category]).toEqual([404, "NOT_FOUND"]);
    const posted = await post(server, "flags", {});
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET"]);
    expect((await errorOf(posted)).code).toBe("REQUEST_002");
    expect((await call(server, "events")).status).toBe(405);
  });

  it("with a body over 1 MiB gets a 413, one of 1 MiB does not", async () => {
    const server = await serve({});
    const ofLength = (bytes: number) => '{"events":[]}'.padEnd(bytes);
    expect((await post(server, "events", ofLength(1_048_576))).status).toBe(200);
    const refused = await post(server, "events", ofLength(1_048_577));
    expect([refused.status, (await errorOf(refused)).retryable]).toEqual([413, false]);
  });

  it.each([
    ["no base64", "%%%%"],
    ["without padding", Buffer.from('{"id":"u12"}x').toString("base64").replace(/=+$/, "")],
    ["not JSON", Buffer.from("hello you").toString("base64")],
    ["without id", Buffer.from('{"id":""} ').toString("base64")],
    ["a list", Buffer.from("[]").toString("base64")],
  ])("whose X-User-Context is %s gets a 400", async (_name, header) => {
    const server = await serve({});
    const response = await call(server, "flags", { headers: { "X-User-Context": header } });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).field).toMatch(/^X-User-Context/);
  });
});

describe("hostile input", () => {
  it("that is no HTTP gets a 400 and the server goes on", async () => {
    const server = await serve({ x: { enabled: true } });
    expect(await exchange(server, "hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 .*"code":"VALID/s);
    expect(await flagsOf(server)).toEqual({ x: true });
  });

  it("with a query beyond all measure gets a 431 and the server goes on", async () => {
    const server = await serve({ x: { enabled: true } });
    const response = await call(server, `flags?user_id=${"x".repeat(100_000)}`);
    expect(response.status).toBe(431);
    expect((await errorOf(response)).message).toBe("The address and headers are too long.");
    expect(await flagsOf(server, `user_id=${"x".repeat(10_000)}`)).toEqual({ x: true });
  });

  it("with an address that is none leaves no key in the log", async () => {
    const server = await serve({});
    const head = "GET http://[/?token=dev-key HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    expect(await exchange(server, head)).toMatch(/^HTTP\/1\.1 400 /);
    expect(server.requests.map(({ path, query }) => ({ path, query }))).toEqual([
      { path: "http://[/", query: {} },
    ]);
  });

  it.each([
    "GET //api/v1/sdk/flags HTTP/1.1",
    "GET http://[ HTTP/1.1",
    "GET /%ff%00%zz?user_id=%ff&%= HTTP/1.1",
    "GET /api/v1/sdk/../../__proto__ HTTP/1.1",
    "GET /__rollgate/faults/__proto__ HTTP/1.1",
    "PATCH /__rollgate/constructor HTTP/1.1",
    "OPTIONS * HTTP/1.1",
  ])("%s is refused and the server goes on", async (line) => {
    const server = await serve({ x: { enabled: true } });
    const head = `${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    expect(await exchange(server, head)).toMatch(/^HTTP\/1\.1 40[045] .*"error"/s);
    expect(await flagsOf(server)).toEqual({ x: true });
  });

  it("nested 100,000 deep is refused or taken, and the server goes on", async () => {
    const server = await serve({ x: { enabled: true } });
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const event = `{"flagKey":"x","eventName":"e","userId":"u","timestamp":"2026-01-01T00:00:00Z","metadata":{"a":${deep}}}`;
    expect((await post(server, "events", `{"events":${deep}}`)).status).toBe(400);
    expect((await post(server, "events", `{"events":[${event}]}`)).status).toBe(200);
    expect((await fetch(`${server.url}/__rollgate/state`)).status).toBeLessThan(501);
    expect(await flagsOf(server)).toEqual({ x: true });
  });

  it("that breaks off in the body is recorded as unanswered and the server goes on", async () => {
    const server = await serve({ x: { enabled: true } });
    const recorded = once(server, "request");
    const socket = await send(
      server,
      'POST /api/v1/sdk/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer dev-key\r\nContent-Length: 100\r\n\r\n{"events"',
    );
    socket.destroy();
    const { status, note } = await recorded;
    expect({ status, note }).toEqual({ status: 0, note: "sender gone" });
    expect(await flagsOf(server)).toEqual({ x: true });
  });
});
