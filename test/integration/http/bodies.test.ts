import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isOutage } from "../../../src/errors";
import { everythingIn, get, httpTo, KEY, rejection, serve } from "./support";

describe("bodies", () => {
  it.each([
    ["HTML", "<!doctype html><title>Sign in</title>", "is HTML."],
    ["text", "OK", "is not valid JSON."],
    ["JSON cut short", '{"flags":{"a":tr', "is not valid JSON."],
    ["JSON with something behind it", "{} {}", "is not valid JSON."],
  ])("of %s with status 200 are invalid", async (_, body, message) => {
    const server = await serve((_request, response) => response.end(body) && undefined);

    const error = await rejection(httpTo(server.url).request(get()));

    expect(error).toMatchObject({ name: "InvalidResponseError", statusCode: 200 });
    expect(error.message).toBe(`The answer with status 200 ${message}`);
  });

  it("up to maxResponseBytes are taken, one byte more is not", async () => {
    const server = await serve(({ url }, response) => {
      response.end(JSON.stringify("x".repeat(Number(url.slice(1)) - 2)));
    });
    const http = httpTo(server.url);

    expect((await http.request(get({ path: "/100000" }))).body).toHaveLength(99_998);
    expect(await rejection(http.request(get({ path: "/100001" })))).toMatchObject({
      name: "InvalidResponseError",
      code: "RESPONSE_TOO_LARGE",
      message: "The answer is larger than 100000 bytes.",
      statusCode: 200,
    });
  });

  it("are counted in bytes, not in characters", async () => {
    const server = await serve((_, response) => {
      response.end(JSON.stringify("日".repeat(40_000)));
    });

    expect(await rejection(httpTo(server.url).request(get()))).toMatchObject({
      code: "RESPONSE_TOO_LARGE",
    });
  });

  it("are counted after decompression: a bomb is left in the middle", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, "["));
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.write(bomb);
    });
    const before = process.memoryUsage().arrayBuffers;

    const error = await rejection(httpTo(server.url).request(get()));

    expect(error).toMatchObject({ name: "InvalidResponseError", code: "RESPONSE_TOO_LARGE" });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    await server.requests[0]?.closed;
  });

  it("in gzip are read", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"ok":true}'));
    });

    expect((await httpTo(server.url).request(get())).body).toEqual({ ok: true });
  });

  it("in broken gzip are an outage", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end("{}");
    });

    expect(isOutage(await rejection(httpTo(server.url).request(get())))).toBe(true);
  });

  it("that never end are left at the limit, their connection freed", async () => {
    const server = await serve((_, response) => {
      const pump = () => {
        if (!response.destroyed) response.write(" ".repeat(16_384), pump);
      };
      pump();
    });

    expect(await rejection(httpTo(server.url).request(get()))).toMatchObject({
      code: "RESPONSE_TOO_LARGE",
    });
    await server.requests[0]?.closed;
  });
});

describe("the network", () => {
  it("refusing the connection is told by its code, without cause", async () => {
    const server = await serve(() => {});
    await server.close();

    const error = await rejection(httpTo(server.url).request(get()));

    expect(error).toMatchObject({
      name: "NetworkError",
      code: "NETWORK_ERROR",
      retryable: true,
      message: `No answer from ${server.url} (ECONNREFUSED).`,
    });
    expect(error).not.toHaveProperty("cause");
    expect(error).not.toHaveProperty("statusCode");
  });

  it.each<[string, string, (response: ServerResponse) => void]>([
    ["before the headers", "No answer from", () => {}],
    [
      "in the body",
      "The answer from",
      (response) => response.writeHead(200, { "content-length": "1000" }).write('{"flags":'),
    ],
    ["in a chunked body", "The answer from", (response) => response.write('{"flags":{}}')],
  ])("breaking off %s is a NetworkError", async (_, message, begin) => {
    const server = await serve((_request, response, socket) => {
      begin(response);
      // Ends in order after what was written, so that the client has read the beginning.
      socket.end();
    });

    const error = await rejection(httpTo(server.url).request(get()));

    expect(error.name).toBe("NetworkError");
    expect(error.message).toMatch(new RegExp(`^${message} ${server.url}.* \\(\\w+\\)\\.$`));
    expect(everythingIn(error)).not.toContain(KEY);
  });

  it("reset is a NetworkError", async () => {
    const server = await serve((_, _response, socket) => {
      socket.resetAndDestroy();
    });

    expect((await rejection(httpTo(server.url).request(get()))).message).toBe(
      `No answer from ${server.url} (ECONNRESET).`,
    );
  });

  it("speaking something else than HTTP is a NetworkError", async () => {
    const server = await serve((_, _response, socket) => {
      socket.end("SSH-2.0-OpenSSH_9.6\r\n");
    });

    expect((await rejection(httpTo(server.url).request(get()))).name).toBe("NetworkError");
  });
});
