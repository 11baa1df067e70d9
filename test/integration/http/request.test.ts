import { describe, expect, it } from "vitest";
import { get, httpTo, KEY, rejection, serve } from "./support";

const OK = '{"ok":true}';

describe("a request", () => {
  it("carries key, SDK and query, and brings back the parsed body with its ETag", async () => {
    const server = await serve((_, response) => {
      response.setHeader("etag", 'W/"a,b"').end(OK);
    });

    const answer = await httpTo(server.url).request(
      get({
        path: "/api/v1/sdk/flags",
        query: { withReasons: "true", user_id: "a b+c&d=é日🚀/?#%", nobody: undefined },
        headers: { "If-None-Match": 'W/"x\u00e9", "y"' },
      }),
    );

    expect(answer).toEqual({ status: 200, etag: 'W/"a,b"', body: { ok: true } });
    const [request] = server.requests;
    expect(request?.method).toBe("GET");
    expect(request?.url).toBe(
      "/api/v1/sdk/flags?withReasons=true&user_id=a%20b%2Bc%26d%3D%C3%A9%E6%97%A5%F0%9F%9A%80%2F%3F%23%25",
    );
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      accept: "application/json",
      "x-sdk-name": "rollgate-typescript",
      "x-sdk-version": "1.2.3",
      "if-none-match": 'W/"x\u00e9", "y"',
    });
    expect(request?.headers).not.toHaveProperty("content-type");
  });

  it("posts JSON text as it is", async () => {
    const server = await serve((_, response) => {
      response.statusCode = 202;
      response.end('{"received":1}');
    });

    const answer = await httpTo(server.url).request(
      get({ method: "POST", path: "/events", body: '{"a":"é日🚀"}', keepalive: true }),
    );

    expect(answer).toEqual({ status: 202, etag: undefined, body: { received: 1 } });
    expect(server.requests[0]).toMatchObject({ method: "POST", body: '{"a":"é日🚀"}' });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength('{"a":"é日🚀"}')),
    });
  });

  it.each([
    ["", "/flags"],
    ["/", "/flags"],
    ["/behind/proxy", "/behind/proxy/flags"],
    ["/behind/proxy//", "/behind/proxy/flags"],
  ])("goes below a baseUrl that ends with %j", async (suffix, url) => {
    const server = await serve((_, response) => response.end(OK) && undefined);

    await httpTo(server.url + suffix).request(get());

    expect(server.requests[0]?.url).toBe(url);
  });

  it("does not introduce the SDK when told not to", async () => {
    const server = await serve((_, response) => response.end(OK) && undefined);

    await httpTo(server.url, { sdkHeaders: false }).request(get());

    expect(server.requests[0]?.headers).not.toHaveProperty("x-sdk-name");
    expect(server.requests[0]?.headers).not.toHaveProperty("x-sdk-version");
  });

  it("cannot be given another key by the caller's headers", async () => {
    const server = await serve((_, response) => response.end(OK) && undefined);

    await httpTo(server.url).request(get({ headers: { Authorization: "Bearer other" } }));

    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it("goes without the headers that HTTP cannot carry", async () => {
    const server = await serve((_, response) => response.end(OK) && undefined);

    await httpTo(server.url).request(
      get({ headers: { "If-None-Match": '"日"', "X-Two": "a\nb", "X-Three": "fine" } }),
    );

    expect(server.requests[0]?.headers).not.toHaveProperty("if-none-match");
    expect(server.requests[0]?.headers).not.toHaveProperty("x-two");
    expect(server.requests[0]?.headers).toMatchObject({ "x-three": "fine" });
  });

  it.each(["schlüssel-€", "two\nlines"])(
    "is refused when the key %j cannot be sent",
    async (apiKey) => {
      const server = await serve((_, response) => response.end(OK) && undefined);

      const error = await rejection(httpTo(server.url, { apiKey }).request(get()));

      expect(error).toMatchObject({ name: "ConfigurationError", path: "apiKey", retryable: false });
      expect(error.message).not.toContain(apiKey);
      expect(server.requests).toEqual([]);
    },
  );

  it("sends a user id that is half a surrogate pair as the replacement character", async () => {
    const server = await serve((_, response) => response.end(OK) && undefined);

    await httpTo(server.url).request(get({ query: { user_id: "a\ud800" } }));

    expect(server.requests[0]?.url).toBe("/flags?user_id=a%EF%BF%BD");
  });
});

describe("an answer", () => {
  it("304 has no body, and is one only to a conditional request", async () => {
    const server = await serve((_, response) => {
      response.writeHead(304, { etag: '"v1"' }).end();
    });
    const http = httpTo(server.url);

    const answer = await http.request({ ...get(), headers: { "If-None-Match": '"v1"' } });

    expect(answer).toEqual({ status: 304, etag: '"v1"', body: undefined });
    expect(await rejection(http.request(get()))).toMatchObject({
      name: "InvalidResponseError",
      statusCode: 304,
      retryable: true,
    });
  });

  it("204 has no body", async () => {
    const server = await serve((_, response) => {
      response.writeHead(204).end();
    });

    expect(await httpTo(server.url).request(get())).toEqual({
      status: 204,
      etag: undefined,
      body: undefined,
    });
  });

  it("200 may be empty: the caller's reader judges", async () => {
    const server = await serve((_, response) => response.end() && undefined);

    expect((await httpTo(server.url).request(get())).body).toBeUndefined();
  });

  it("is JSON whatever its content type says, with or without byte order mark", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/plain" }).end('\ufeff{"__proto__":1}');
    });

    const { body } = await httpTo(server.url).request(get());

    expect(Object.entries(body as object)).toEqual([["__proto__", 1]]);
  });

  it("comes together from chunks cut inside of characters", async () => {
    const text = JSON.stringify({ text: "é日🚀".repeat(50) });
    const server = await serve(async (_, response) => {
      for (const byte of Buffer.from(text)) {
        await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
      }
      response.end();
    });

    expect((await httpTo(server.url).request(get())).body).toEqual(JSON.parse(text));
  });
});
