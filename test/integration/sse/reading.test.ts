import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { InvalidResponseError } from "../../../src/errors";
import { listen, manualClock, nextTurn, openStream } from "./support";

describe("silence", () => {
  it("is measured anew from every chunk, a heartbeat's single byte included", async () => {
    const clock = manualClock();
    const source = openStream();
    const { done } = listen(source.stream, { clock, idleTimeoutMs: 5_000 });

    for (const text of [":", " beat", "\n"]) {
      await nextTurn();
      expect(clock.pending()).toEqual([5_000]);
      source.send(text);
    }
    await nextTurn();
    expect(clock.count).toBe(4);
    clock.fire();

    expect(await done).toBe("idle");
    expect(source.cancelled).toBe(true);
    expect(clock.pending()).toEqual([]);
  });

  it("from the very beginning counts, too", async () => {
    const clock = manualClock();
    const source = openStream();
    const { done } = listen(source.stream, { clock });

    clock.fire();

    expect(await done).toBe("idle");
    expect(source.cancelled).toBe(true);
  });

  it("longer than timers can hold is held by what they can", () => {
    const clock = manualClock();
    void listen(openStream().stream, { clock, idleTimeoutMs: 1e12 });

    expect(clock.pending()).toEqual([2_147_483_647]);
  });
});

describe("an ending", () => {
  it("by the server leaves no timer and no lock", async () => {
    const clock = manualClock();
    const source = openStream();
    const { done } = listen(source.stream, { clock });

    source.end();

    expect(await done).toBe("ended");
    expect(clock.pending()).toEqual([]);
    expect(source.stream.locked).toBe(false);
  });

  it("by an error of any kind is a NetworkError", async () => {
    for (const error of ["text", undefined, Object.assign(new Error("x"), { code: "EPIPE" })]) {
      const source = openStream();
      const { done } = listen(source.stream);
      source.fail(error);
      await expect(done).rejects.toMatchObject({
        name: "NetworkError",
        message: error instanceof Error ? "The stream broke off (EPIPE)." : "The stream broke off.",
      });
      expect(source.stream.locked).toBe(false);
    }
  });

  it("before the beginning reads nothing", async () => {
    const clock = manualClock();
    const source = openStream();
    source.send("data: a\n\n");

    const { done, messages } = listen(source.stream, { clock, signal: AbortSignal.abort() });

    await expect(done).rejects.toMatchObject({ name: "AbortError" });
    expect(messages).toEqual([]);
    expect(clock.count).toBe(0);
    expect(source.cancelled).toBe(true);
  });

  it("by the caller, in the middle of a chunk, lets nothing of that chunk through", async () => {
    const controller = new AbortController();
    const heard: unknown[] = [];
    const source = openStream();
    source.send("data: a\n\ndata: b\n\nretry: 500\n");

    const { done } = listen(source.stream, {
      signal: controller.signal,
      onMessage(_, data) {
        heard.push(data);
        controller.abort();
      },
      onRetry: (ms) => heard.push(ms),
    });

    await expect(done).rejects.toMatchObject({ name: "AbortError" });
    expect(heard).toEqual(["a"]);
    expect(source.cancelled).toBe(true);
  });

  it("by a callback that throws passes the error on", async () => {
    const source = openStream();
    source.send("data: a\n\n");
    const error = new InvalidResponseError("not an init");

    const { done } = listen(source.stream, {
      onMessage() {
        throw error;
      },
    });

    await expect(done).rejects.toBe(error);
    expect(source.cancelled).toBe(true);
  });

  it("destroys a Node stream, even while it waits for a chunk", async () => {
    const clock = manualClock();
    const stream = new PassThrough();
    const { done, messages } = listen(stream, { clock });
    stream.write("data: a\n\n");
    await nextTurn();

    clock.fire();

    expect(await done).toBe("idle");
    expect(messages).toEqual([[undefined, "a"]]);
    expect(stream.destroyed).toBe(true);
  });

  it("leaves no listener on the signal", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, args);
    };
    const source = openStream();
    const { done } = listen(source.stream, { signal });
    source.end();
    await done;

    expect(listeners).toBe(0);
  });
});
