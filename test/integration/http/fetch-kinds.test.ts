import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { everythingIn, get, httpTo, KEY, rejection } from "./support";

const URL_BASE = "http://unused.invalid";

/** What a polyfill may return: some members of a `Response`. */
function partOfResponse(members: object): typeof fetch {
  return (async () => ({ status: 200, ok: true, ...members })) as unknown as typeof fetch;
}

describe("a given fetch", () => {
  it("is called with an address and plain options, not with a Request", async () => {
    const calls: unknown[][] = [];
    const http = httpTo(`${URL_BASE}/base/`, {
      fetch: async (...args) => {
        calls.push(args);
        return new Response("{}");
      },
    });
    const { signal } = new AbortController();

    await http.request(get({ method: "POST", query: { a: "1" }, body: "[]", signal }));

    expect(calls).toEqual([
      [
        `${URL_BASE}/base/flags?a=1`,
        {
          method: "POST",
          headers: {
            accept: "application/json",
            authorization: `Bearer ${KEY}`,
            "content-type": "application/json",
            "x-sdk-name": "rollgate-typescript",
            "x-sdk-version": "1.2.3",
          },
          body: "[]",
          redirect: "manual",
          signal,
        },
      ],
    ]);
  });

  it("is told to keep out of cache and cookies in browsers", async () => {
    let init: RequestInit | undefined;
    const http = httpTo(URL_BASE, {
      browser: true,
      sdkHeaders: false,
      fetch: async (_, given) => {
        init = given;
        return new Response("{}");
      },
    });

    await http.request(get({ keepalive: true }));

    expect(init).toMatchObject({ cache: "no-store", credentials: "omit", keepalive: true });
    expect(init?.headers).toEqual({ accept: "application/json", authorization: `Bearer ${KEY}` });
  });

  it("is called without a receiver, which browsers insist on", async () => {
    let receiver: unknown = "not called";
    const http = httpTo(URL_BASE, {
      fetch: async function (this: unknown) {
        receiver = this;
        return new Response("{}");
      },
    });

    await http.request(get());

    expect(receiver).toBeUndefined();
  });

  it.each<[string, () => Promise<Response>]>([
    [
      "throws a string",
      () => {
        throw `no way with ${KEY}`;
      },
    ],
    ["rejects with a string", () => Promise.reject(`no way with ${KEY}`)],
    ["rejects with nothing", () => Promise.reject(undefined)],
    ["rejects with null", () => Promise.reject(null)],
    [
      "rejects with an error that carries the request",
      () => Promise.reject(Object.assign(new Error(KEY), { request: { headers: [KEY] } })),
    ],
    [
      "rejects with an AbortError of its own",
      () => Promise.reject(new DOMException("x", "AbortError")),
    ],
    ["returns nothing", () => Promise.resolve(undefined as unknown as Response)],
  ])("that %s gives a NetworkError with nothing of it, after one attempt", async (_, fail) => {
    let calls = 0;
    const fetch = () => {
      calls += 1;
      return fail();
    };

    const error = await rejection(httpTo(URL_BASE, { fetch }).request(get()));

    expect(error).toMatchObject({
      name: "NetworkError",
      message: `No answer from ${URL_BASE}.`,
    });
    expect(everythingIn(error)).not.toContain(KEY);
    expect(calls).toBe(1);
  });

  it.each<[string, object]>([
    ["only text()", { text: async () => '{"ok":"é"}' }],
    [
      "only arrayBuffer()",
      { arrayBuffer: async () => new TextEncoder().encode('{"ok":"é"}').buffer },
    ],
    ["a Node stream", { body: Readable.from([Buffer.from('{"ok":'), Buffer.from('"é"}')]) }],
    ["a stream of strings", { body: Readable.from(['{"ok":', '"é"}']) }],
    [
      "a stream that cannot be given up",
      {
        body: {
          async *[Symbol.asyncIterator]() {
            yield Buffer.from('{"ok":"é"}');
          },
          destroy() {
            throw new Error("no");
          },
        },
      },
    ],
  ])("may answer with %s", async (_, members) => {
    const answer = await httpTo(URL_BASE, { fetch: partOfResponse(members) }).request(get());

    expect(answer).toEqual({ status: 200, etag: undefined, body: { ok: "é" } });
  });

  it.each<[string, object]>([
    ["text()", { text: async () => "x".repeat(100_001) }],
    ["arrayBuffer()", { arrayBuffer: async () => new ArrayBuffer(100_001) }],
    ["a Node stream", { body: Readable.from([Buffer.alloc(60_000), Buffer.alloc(60_000)]) }],
  ])("is held to the limit with %s, too", async (_, members) => {
    expect(
      await rejection(httpTo(URL_BASE, { fetch: partOfResponse(members) }).request(get())),
    ).toMatchObject({ name: "InvalidResponseError", code: "RESPONSE_TOO_LARGE" });
  });

  it("frees a Node stream that it does not want", async () => {
    const body = new Readable({ read() {} });

    await httpTo(URL_BASE, { fetch: partOfResponse({ status: 204, ok: true, body }) }).request(
      get(),
    );

    expect(body.destroyed).toBe(true);
  });

  it("may answer with a stream of something else, which is an outage", async () => {
    const fetch = partOfResponse({ body: Readable.from([{ not: "bytes" }]) });

    expect(await rejection(httpTo(URL_BASE, { fetch }).request(get()))).toMatchObject({
      name: "NetworkError",
      message: `The answer from ${URL_BASE} broke off.`,
    });
  });

  it("may hide where a redirect goes, as browsers do", async () => {
    const fetch = partOfResponse({ type: "opaqueredirect", status: 0, ok: false, body: null });

    const error = await rejection(httpTo(URL_BASE, { fetch }).request(get()));

    expect(error).toMatchObject({
      name: "InvalidResponseError",
      code: "REDIRECTED",
      message: "The server redirects, which is not followed: set baseUrl to the final address.",
    });
    expect(error).not.toHaveProperty("statusCode");
  });

  it("defaults to the platform's at the time of the request", async () => {
    const http = httpTo(URL_BASE);
    const original = globalThis.fetch;
    globalThis.fetch = async () => new Response('"replaced"');
    try {
      expect((await http.request(get())).body).toBe("replaced");
    } finally {
      globalThis.fetch = original;
    }
  });
});
