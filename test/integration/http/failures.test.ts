import { describe, expect, it } from "vitest";
import { isOutage } from "../../../src/errors";
import { everythingIn, get, httpTo, KEY, rejection, serve } from "./support";

describe("statuses", () => {
  it.each([
    [400, "ValidationError"],
    [401, "AuthenticationError"],
    [403, "AuthenticationError"],
    [404, "NotFoundError"],
    [408, "ServerError"],
    [413, "ServerError"],
    [418, "ServerError"],
    [429, "RateLimitError"],
    [500, "ServerError"],
    [502, "ServerError"],
    [503, "ServerError"],
    [504, "ServerError"],
  ])("%i rejects with %s, told by the body", async (statusCode, name) => {
    const server = await serve((_, response) => {
      response.statusCode = statusCode;
      response.end('{"error":{"code":"X_1","category":"internal","message":"so be it"}}');
    });

    expect(await rejection(httpTo(server.url).request(get()))).toMatchObject({
      name,
      statusCode,
      code: "X_1",
      message: "so be it",
    });
  });

  it("are never retried here", async () => {
    const server = await serve((_, response) => {
      response.writeHead(503, { "retry-after": "1" }).end();
    });

    await rejection(httpTo(server.url).request(get()));

    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [429, "RateLimitError", "7", 7],
    [429, "RateLimitError", "Mon, 01 Jan 2024 12:00:30 GMT", 30],
    [503, "ServerError", "7", 7],
    [503, "ServerError", "Mon, 01 Jan 2024 12:00:30 GMT", 30],
    [429, "RateLimitError", "-7", undefined],
    [503, "ServerError", "99999", undefined],
    [500, "ServerError", "7", undefined],
  ])("%i gives %s for Retry-After %j: %s s", async (status, name, header, retryAfter) => {
    const server = await serve((_, response) => {
      response.writeHead(status, { "retry-after": header }).end();
    });

    const error = await rejection(httpTo(server.url).request(get()));

    expect(error.name).toBe(name);
    expect((error as { retryAfter?: number }).retryAfter).toBe(retryAfter);
  });

  it("quote plain text, but no HTML", async () => {
    const server = await serve((request, response) => {
      response.statusCode = 502;
      response.end(request.url === "/html" ? "<html>Bad gateway</html>" : "upstream is gone");
    });
    const http = httpTo(server.url);

    expect((await rejection(http.request(get({ path: "/text" })))).message).toBe(
      "upstream is gone",
    );
    expect((await rejection(http.request(get({ path: "/html" })))).message).toBe(
      "The server failed (status 502).",
    );
  });

  it("never show a key that the server echoes, in any form", async () => {
    const server = await serve(({ url, headers }, response) => {
      const echo = headers.authorization ?? "";
      response.statusCode = 401;
      if (url === "/json") response.end(JSON.stringify({ error: { code: KEY, message: echo } }));
      else if (url === "/text") response.end(`not known: ${echo}`);
      else
        response.end(JSON.stringify({ error: KEY, message: Buffer.from(echo).toString("base64") }));
    });
    const http = httpTo(server.url);

    for (const path of ["/json", "/text", "/base64"]) {
      const error = await rejection(http.request(get({ path })));
      expect(error.message).toContain("[redacted]");
      expect(everythingIn(error)).not.toContain(KEY);
      expect(everythingIn(error)).not.toContain(Buffer.from(KEY).toString("base64").slice(2, 20));
    }
  });

  it("tell enough when their body breaks off", async () => {
    const server = await serve((_, response, socket) => {
      response.writeHead(403, { "content-length": "1000" });
      response.write("part", () => socket.destroy());
    });

    expect((await rejection(httpTo(server.url).request(get()))).name).toBe("AuthenticationError");
  });

  it("free their connection when their body never ends", async () => {
    const server = await serve((_, response) => {
      response.writeHead(500);
      const pump = () => {
        if (!response.destroyed) response.write("x".repeat(16_384), pump);
      };
      pump();
    });

    const error = await rejection(httpTo(server.url).request(get()));

    expect(error).toMatchObject({ name: "ServerError", statusCode: 500 });
    expect(error.message).toHaveLength(200);
    await server.requests[0]?.closed;
  });

  it("reuse one connection, however often they come", async () => {
    const server = await serve((_, response) => {
      response.writeHead(500).end("x".repeat(30_000));
    });
    const http = httpTo(server.url);

    for (let i = 0; i < 20; i++) await rejection(http.request(get()));

    expect(server.requests).toHaveLength(20);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });
});

describe("redirects", () => {
  it.each([
    [301, "https://flags.example.com/api?x=1#y", "to https://flags.example.com, "],
    [302, "//other.example.com/", "to http://other.example.com, "],
    [303, undefined, "redirects, "],
    [307, "data:text/plain,x", "redirects, "],
    [308, "http://[not an address", "redirects, "],
    [300, `https://${KEY}.example.com/`, "to https://[redacted].example.com, "],
  ])("%i to %s are refused, not followed", async (status, location, where) => {
    const server = await serve((_, response) => {
      response.writeHead(status, location === undefined ? {} : { location }).end("moved");
    });

    const error = await rejection(httpTo(server.url).request(get()));

    expect(error).toMatchObject({
      name: "InvalidResponseError",
      code: "REDIRECTED",
      statusCode: status,
    });
    expect(error.message).toContain(where);
    expect(error.message).toContain("set baseUrl to the final address");
    expect(isOutage(error)).toBe(true);
  });

  it("to a path of the same server are not followed either", async () => {
    const server = await serve((_, response) => {
      response.writeHead(302, { location: "/login" }).end();
    });

    const error = await rejection(httpTo(server.url).request(get({ method: "POST", body: "{}" })));

    expect(error.message).toContain(`to ${server.url}, `);
    expect(server.requests).toHaveLength(1);
  });
});
