import { describe, expect, it } from "vitest";
import { get, httpTo, rejection, serve } from "./support";

/** A promise and the function that resolves it. */
function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe("an aborted request", () => {
  it("sends nothing when it was aborted before", async () => {
    const server = await serve((_, response) => response.end("{}") && undefined);

    const error = await rejection(
      httpTo(server.url).request(get({ signal: AbortSignal.abort(new Error("the reason")) })),
    );

    expect(error).toMatchObject({ name: "AbortError" });
    expect(error).toBeInstanceOf(DOMException);
    expect(server.requests).toEqual([]);
  });

  it("frees the connection while it waits for an answer", async () => {
    const arrived = gate();
    const server = await serve(() => arrived.open());
    const controller = new AbortController();

    const failed = rejection(httpTo(server.url).request(get({ signal: controller.signal })));
    await arrived.opened;
    controller.abort();

    expect((await failed).name).toBe("AbortError");
    await server.requests[0]?.closed;
  });

  it.each([200, 500])("frees the connection of a %i that only drips", async (status) => {
    const server = await serve((_, response) => {
      response.writeHead(status);
      response.write('{"flags"');
    });
    const controller = new AbortController();
    const headers = gate();
    const http = httpTo(server.url, {
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        headers.open();
        return response;
      },
    });

    const failed = rejection(http.request(get({ signal: controller.signal })));
    await headers.opened;
    controller.abort();

    expect((await failed).name).toBe("AbortError");
    await server.requests[0]?.closed;
  });

  it("does not wait for a fetch that ignores the signal, and refuses what it brings later", async () => {
    let answer: (response: Response) => void = () => {};
    const cancelled = gate();
    const controller = new AbortController();
    const http = httpTo("http://unused.invalid", {
      fetch: () =>
        new Promise<Response>((resolve) => {
          answer = resolve;
          controller.abort();
        }),
    });

    const error = await rejection(http.request(get({ signal: controller.signal })));
    answer(new Response(new ReadableStream({ cancel: () => cancelled.open() })));

    expect(error.name).toBe("AbortError");
    await cancelled.opened;
  });

  it("does not wait for a body that ignores the signal", async () => {
    const reading = gate();
    const cancelled = gate();
    const controller = new AbortController();
    const http = httpTo("http://unused.invalid", {
      fetch: async () =>
        new Response(
          new ReadableStream(
            { pull: () => reading.open(), cancel: () => cancelled.open() },
            { highWaterMark: 0 },
          ),
        ),
    });

    const failed = rejection(http.request(get({ signal: controller.signal })));
    await reading.opened;
    controller.abort();

    expect((await failed).name).toBe("AbortError");
    await cancelled.opened;
  });

  it("leaves no listener on the signal after an answer", async () => {
    const server = await serve((_, response) => response.end("{}") && undefined);
    const controller = new AbortController();
    const { signal } = controller;
    const listening = new Set<unknown>();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listening.add(args[1]);
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listening.delete(args[1]);
      removeEventListener.apply(signal, args);
    };
    const http = httpTo(server.url, { fetch: (input) => fetch(input) });

    await http.request(get({ signal }));

    expect(listening.size).toBe(0);
  });
});
