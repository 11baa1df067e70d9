import { describe, expect, it } from "vitest";
import type { Answer } from "../../../src/testing";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";

const BODY = '{"flags":{"beta":true}}';

function ask(server: RollgateServer, path = "/flags", signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/api/v1/sdk${path}`, { ...(signal && { signal }) });
}

/** The body's text as far as it came, and how it ended. */
async function readAll(response: Response, until = Number.POSITIVE_INFINITY) {
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of chunksOf(response)) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= until) return { text, end: "left" };
    }
    return { text, end: "ended" };
  } catch {
    return { text, end: "broken" };
  }
}

function chunksOf(response: Response): AsyncIterable<Uint8Array> {
  return response.body as unknown as AsyncIterable<Uint8Array>;
}

async function answered(answer: Answer) {
  const server = await startRollgateServer();
  server.answer("flags", { body: BODY, ...answer });
  return server;
}

describe("an answer", () => {
  it("is whole by default, and may be compressed", async () => {
    expect(await readAll(await ask(await answered({})))).toEqual({ text: BODY, end: "ended" });
    for (const encoding of ["gzip", "deflate", "br"] as const) {
      const response = await ask(await answered({ encoding }));
      expect(response.headers.get("Content-Encoding")).toBe(encoding);
      expect(await response.text()).toBe(BODY);
    }
  });

  it("may break off before the first byte, or in the body", async () => {
    await expect(ask(await answered({ delivery: "reset" }))).rejects.toThrow();
    const { text, end } = await readAll(await ask(await answered({ delivery: "cut" })));
    expect([BODY.startsWith(text), text.length < BODY.length, end]).toEqual([true, true, "broken"]);
  });

  it("may never come, or never end; it is counted as held until the client leaves", async () => {
    const silent = await answered({ delivery: "hang" });
    const left = new AbortController();
    const nothing = ask(silent, "/flags", left.signal);
    const request = await silent.request("flags", 1);
    expect(silent.held).toBe(1);
    left.abort();
    await expect(nothing).rejects.toThrow("abort");
    expect(await request.ended).toBe("aborted");
    await expect.poll(() => silent.held).toBe(0);

    const stalled = await answered({ delivery: "stall" });
    const half = await readAll(await ask(stalled), BODY.length >> 1);
    expect(half).toEqual({ text: BODY.slice(0, BODY.length >> 1), end: "left" });
  });

  it("may come byte by byte, or go on for ever", async () => {
    const dripping = await answered({ delivery: "drip", dripMs: 0 });
    const response = await ask(dripping);
    const chunks: number[] = [];
    for await (const chunk of chunksOf(response)) chunks.push(chunk.length);
    expect(chunks.reduce((sum, length) => sum + length)).toBe(BODY.length);
    expect(chunks.length).toBeGreaterThan(1);

    const endless = await answered({ delivery: "endless" });
    const { text, end } = await readAll(await ask(endless), 1_000_000);
    expect([text.startsWith(BODY), end]).toEqual([true, "left"]);
    expect(await (await endless.request("flags", 1)).ended).toBe("aborted");
  });

  it("may be late", async () => {
    const server = await answered({ delayMs: 5 });
    const clock = createVirtualClock();
    expect((await ask(server)).status).toBe(200);
    expect([server.held, clock.untilNext]).toEqual([0, undefined]);
  });

  it("has the status and headers that are asked for", async () => {
    const server = await answered({ status: 299, headers: { "X-Odd": "1" }, etag: '"e"' });
    const { status, headers } = await ask(server);
    expect([status, headers.get("X-Odd"), headers.get("ETag")]).toEqual([299, "1", '"e"']);
  });
});

describe("a server that refuses", () => {
  it("breaks connections off and takes no more, until it accepts at the same port", async () => {
    const server = await startRollgateServer();
    const { url } = server;
    const response = await ask(server, "/stream");
    expect(server.connections()).toBeGreaterThan(0);
    await server.refuse();
    expect((await readAll(response)).end).toBe("broken");
    await expect(ask(server)).rejects.toThrow();
    await server.accept();
    await server.accept();
    expect([server.url, (await ask(server)).status]).toEqual([url, 200]);
  });
});

describe("a stream", () => {
  async function opened(answer: Answer = {}) {
    const server = await startRollgateServer();
    server.answer("stream", answer);
    const response = await ask(server, "/stream");
    return { server, response, stream: await server.stream(1) };
  }

  it("is written as it is asked for", async () => {
    const { response, stream } = await opened({
      stream: { newline: "\r\n", bom: true, chunkBytes: 1 },
    });
    stream.heartbeat();
    stream.retry(50);
    stream.event("init", { flags: { ü: true } });
    stream.end();
    expect(Buffer.from(await response.arrayBuffer()).toString("utf8")).toBe(
      '\ufeff:\r\n\r\nretry: 50\r\n\r\nevent: init\r\ndata: {"flags":{"ü":true}}\r\n\r\n',
    );
    await stream.closed;
  });

  it("may break off in the middle of an event", async () => {
    const { response, stream, server } = await opened();
    stream.half("init", { flags: { beta: true } });
    const reading = readAll(response, "event: init".length);
    expect((await reading).text).toMatch(/^event: init\nda?/);
    stream.drop();
    await stream.closed;
    expect(server.streams()).toEqual([stream]);
  });

  it("may be refused", async () => {
    const server = await startRollgateServer();
    server.answer("stream", { status: 503 }, { requests: [1] });
    expect((await ask(server, "/stream")).status).toBe(503);
    expect((await ask(server, "/stream")).headers.get("Content-Type")).toBe("text/event-stream");
    expect(server.streams()).toHaveLength(1);
  });
});
