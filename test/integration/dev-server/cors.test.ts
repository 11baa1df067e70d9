import { describe, expect, it } from "vitest";
import { call, serve } from "./kit";

describe("CORS", () => {
  it.each([
    "http://localhost:3000",
    "https://localhost",
    "http://127.0.0.1:5173",
    "http://127.8.9.1",
    "http://[::1]:8080",
    "http://shop.localhost:3000",
  ])("lets pages of %s ask and read", async (origin) => {
    const server = await serve({ x: { enabled: true } });
    const preflight = await fetch(`${server.url}/api/v1/sdk/identify`, {
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
      },
    });
    expect(preflight.status).toBe(204);
    const allowed = (name: string) => preflight.headers.get(`access-control-allow-${name}`);
    expect(allowed("origin")).toBe(origin);
    expect(allowed("methods")).toBe("POST, OPTIONS");
    expect(allowed("headers")).toBe("authorization, content-type, if-none-match, x-user-context");

    const answer = await call(server, "flags", { headers: { Origin: origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("access-control-expose-headers")).toBe("ETag, Retry-After");
    expect(answer.headers.get("vary")).toBe("Origin");
  });

  it.each([
    "http://example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://evil-localhost",
    "null",
    "file://",
    "ftp://localhost",
  ])("keeps pages of %s out", async (origin) => {
    const server = await serve({});
    const answer = await call(server, "flags", { headers: { Origin: origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(null);
    expect(answer.headers.get("vary")).toBe("Origin");
  });

  it("covers refusals, faults and streams, so that pages see why", async () => {
    const server = await serve({});
    const headers = { Origin: "http://localhost:3000" };
    const allowed = async (path: string, init: RequestInit = {}) => {
      const response = await call(server, path, {
        ...init,
        headers: { ...headers, ...init.headers },
      });
      await response.body?.cancel();
      return [response.status, response.headers.get("access-control-allow-origin")];
    };
    expect(await allowed("flags", { headers: { Authorization: "x" } })).toEqual([
      401,
      headers.Origin,
    ]);
    expect(await allowed("stream")).toEqual([200, headers.Origin]);
    server.faults.add({ status: 503, body: "html" });
    expect(await allowed("flags")).toEqual([503, headers.Origin]);
  });
});
