import { describe, expect, it, onTestFinished } from "vitest";
import { InvalidResponseError } from "../../../src/errors";
import { createRawServer, type RawHandler, type RawServer } from "../../support/raw-server";
import { bytesOf, listen, manualClock, nextTurn } from "./support";

async function serve(handler: RawHandler): Promise<RawServer> {
  const server = await createRawServer(handler);
  onTestFinished(() => server.close());
  return server;
}

async function bodyFrom(server: RawServer): Promise<ReadableStream<Uint8Array>> {
  const { body } = await fetch(server.url);
  if (body === null) throw new Error("no body");
  return body as ReadableStream<Uint8Array>;
}

/** Collects messages and lets a test wait for the n-th. */
function inbox() {
  const messages: string[] = [];
  const waiting: { n: number; resolve(): void }[] = [];
  return {
    messages,
    onMessage(_: string | undefined, data: string) {
      messages.push(data);
      for (const { n, resolve } of waiting) if (messages.length >= n) resolve();
    },
    has: (n: number) =>
      new Promise<void>((resolve) => {
        if (messages.length >= n) resolve();
        else waiting.push({ n, resolve });
      }),
  };
}

describe("a stream over a real socket", () => {
  it("delivers events as they come, one byte at a time", async () => {
    const server = await serve(async (_, response) => {
      response.setHeader("content-type", "text/event-stream");
      for (const byte of bytesOf("event: init\r\ndata: é日\r\n\r\n: beat\r\ndata: b\r\n\r\n")) {
        await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
      }
      response.end();
    });

    const { messages, done } = listen(await bodyFrom(server));

    expect(await done).toBe("ended");
    expect(messages).toEqual([
      ["init", "é日"],
      [undefined, "b"],
    ]);
  });

  it("that breaks off rejects with a NetworkError, after what had come", async () => {
    const box = inbox();
    const server = await serve(async (_, response, socket) => {
      response.write("data: a\n\ndata: ha");
      await box.has(1);
      socket.resetAndDestroy();
    });

    const { done } = listen(await bodyFrom(server), box);

    await expect(done).rejects.toMatchObject({
      name: "NetworkError",
      message: expect.stringMatching(/^The stream broke off \(\w+\)\.$/),
    });
    await expect(done).rejects.not.toHaveProperty("cause");
    expect(box.messages).toEqual(["a"]);
  });

  it("frees its connection when it falls silent", async () => {
    const box = inbox();
    const clock = manualClock();
    const server = await serve((_, response) => {
      response.write("data: a\n\n");
    });

    const { done } = listen(await bodyFrom(server), { ...box, clock });
    await box.has(1);
    await nextTurn();
    clock.fire();

    expect(await done).toBe("idle");
    await server.requests[0]?.closed;
  });

  it("frees its connection when it is aborted", async () => {
    const box = inbox();
    const controller = new AbortController();
    const clock = manualClock();
    const server = await serve((_, response) => {
      response.write("data: a\n\n");
    });

    const { done } = listen(await bodyFrom(server), { ...box, clock, signal: controller.signal });
    await box.has(1);
    controller.abort();

    await expect(done).rejects.toMatchObject({ name: "AbortError" });
    expect(clock.pending()).toEqual([]);
    await server.requests[0]?.closed;
  });

  it("frees its connection when an event is too large", async () => {
    const server = await serve((_, response) => {
      const pump = () => {
        if (!response.destroyed) response.write("x".repeat(16_384), pump);
      };
      pump();
    });

    const { done } = listen(await bodyFrom(server));

    await expect(done).rejects.toBeInstanceOf(InvalidResponseError);
    await server.requests[0]?.closed;
  });
});
