import { describe, expect, it } from "vitest";
import { FAULTS, type FaultName, type Route } from "../../../src/testing";
import {
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";

const API = "/api/v1/sdk";
const ask = (server: RollgateServer, path: string, init?: RequestInit) =>
  fetch(`${server.url}${API}${path}`, { redirect: "manual", ...init });
const post = (server: RollgateServer, path: string, body: unknown) =>
  ask(server, path, { method: "POST", body: JSON.stringify(body) });
const statuses = async (server: RollgateServer, count: number) => {
  const seen: number[] = [];
  while (seen.length < count) seen.push((await ask(server, "/flags")).status);
  return seen;
};
const event = (eventName: string) => ({
  flagKey: "beta",
  eventName,
  userId: "u1",
  timestamp: "2026-01-01T00:00:00.000Z",
});
const named = (...names: string[]) => ({ events: names.map(event) });

describe("by itself the server is healthy", () => {
  it("serves flags on both routes, with the type that each has", async () => {
    const server = await startRollgateServer({ on: true, off: false, limit: 5, theme: { a: 1 } });
    expect(await (await ask(server, "/flags")).json()).toEqual({
      flags: { on: true, off: false, limit: true, theme: true },
    });
    expect(await (await ask(server, "/v2/flags")).json()).toEqual({
      flags: {
        on: { key: "on", type: "boolean", value: true, enabled: true },
        off: { key: "off", type: "boolean", value: false, enabled: false },
        limit: { key: "limit", type: "number", value: 5, enabled: true },
        theme: { key: "theme", type: "json", value: { a: 1 }, enabled: true },
      },
    });
  });

  it("takes users, events and counts, and knows no other path", async () => {
    const server = await startRollgateServer();
    expect(await (await post(server, "/identify", { user: { id: "u1" } })).json()).toEqual({
      success: true,
    });
    expect(await (await post(server, "/events", named("a", "b"))).json()).toEqual({ received: 2 });
    const evaluations = {
      beta: { total: 3, true: 1, false: 2 },
      old: { total: 4, true: 4, false: 0 },
    };
    const report = await post(server, "/telemetry", { evaluations, period_ms: 1 });
    expect(await report.json()).toEqual({ received: 7 });
    await post(server, "/telemetry", { evaluations: { beta: { total: 1, true: 1, false: 0 } } });
    expect(server.evaluations["beta"]).toEqual({ total: 4, true: 2, false: 2 });
    expect((await ask(server, "/nowhere")).status).toBe(404);
    expect(server.count("other")).toBe(1);
  });

  it("names its flags by an ETag, and answers 304 where it still holds", async () => {
    const server = await startRollgateServer({ beta: true }, { etags: true });
    const etag = (await ask(server, "/flags")).headers.get("ETag") ?? "";
    const again = () => ask(server, "/flags", { headers: { "If-None-Match": etag } });
    expect((await again()).status).toBe(304);
    server.answerOnce("flags", FAULTS.reset);
    await expect(again()).rejects.toThrow();
    server.flags = { beta: false };
    const changed = await again();
    expect([changed.status, changed.headers.get("ETag") === etag]).toEqual([200, false]);
  });

  it("answers pages of other origins", async () => {
    const server = await startRollgateServer();
    const preflight = await ask(server, "/flags", { method: "OPTIONS" });
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toContain("authorization");
    const { headers } = await ask(server, "/flags");
    expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
    expect(server.requests()).toHaveLength(1);
  });

  it("tells open streams of a flag that is set", async () => {
    const server = await startRollgateServer();
    const response = await ask(server, "/stream");
    server.setFlag("beta", true);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe(
      'event: flag-changed\ndata: {"key":"beta","enabled":true}\n\n',
    );
    await reader?.cancel();
    await (await server.stream(1)).closed;
    expect(server.flags).toEqual({ beta: true });
  });
});

describe("which script answers", () => {
  it("is the queued one, then the latest that fits, then the standing one", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { status: 500 });
    server.answer("flags", { status: 501 }, { requests: [2, 3] });
    server.answer("flags", { status: 502 }, { requests: [3] });
    server.answerOnce("flags", { status: 418 });
    expect(await statuses(server, 4)).toEqual([418, 501, 502, 500]);
    server.restore("flags");
    expect(await statuses(server, 1)).toEqual([200]);
  });

  it("may be drawn by lot: a share of the requests, the same ones for the same seed", async () => {
    const drawn = async (seed: number) => {
      const server = await startRollgateServer({}, { seed });
      server.answer("flags", FAULTS.unavailable, { probability: 0.3 });
      return statuses(server, 200);
    };
    const [first, again, other] = await Promise.all([drawn(7), drawn(7), drawn(8)]);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    const share = first.filter((status) => status === 503).length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  it("may be one for all routes", async () => {
    const server = await startRollgateServer();
    server.answer("*", FAULTS.unavailable);
    const paths = ["/flags", "/v2/flags", "/stream", "/nowhere"];
    const answers = await Promise.all(paths.map((path) => ask(server, path)));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    server.restore();
    expect(await statuses(server, 1)).toEqual([200]);
  });

  it.each([
    ["a route that is none", () => ["flag" as Route, {}], "The fault server has no route flag"],
    ["a probability above 1", () => ["flags", {}, { probability: 2 }], "between 0 and 1"],
    ["a probability that is none", () => ["flags", {}, { probability: Number.NaN }], "0 and 1"],
    ["request 0", () => ["flags", {}, { requests: [0] }], "counted from 1"],
  ] as const)("is not set for %s", async (_, given, message) => {
    const server = await startRollgateServer();
    const [route, script, when] = given() as unknown as Parameters<RollgateServer["answer"]>;
    expect(() => server.answer(route, script, when)).toThrow(message);
  });
});

describe("the log", () => {
  it("has each request as it arrived, by route and number, and how it ended", async () => {
    const server = await startRollgateServer();
    const user = Buffer.from('{"id":"ü"}').toString("base64");
    const headers = { Authorization: "Bearer key", "X-User-Context": user };
    await ask(server, "/flags?user_id=%C3%BC", { headers });
    await post(server, "/events", named("a"));
    const gate = createGate();
    server.answerOnce("flags", { gate });
    const left = new AbortController();
    const failed = ask(server, "/flags", { signal: left.signal }).catch(() => "left");
    const second = await server.request("flags", 2);
    expect(server.held).toBe(1);
    left.abort();
    expect(await failed).toBe("left");
    expect(await second.ended).toBe("aborted");
    expect(server.requests().map(({ route, nth, method }) => [route, nth, method])).toEqual([
      ["flags", 1, "GET"],
      ["events", 1, "POST"],
      ["flags", 2, "GET"],
    ]);
    const [first] = server.requests("flags");
    expect([first?.query.get("user_id"), first?.userContext]).toEqual(["ü", { id: "ü" }]);
    expect(first?.headers["authorization"]).toBe("Bearer key");
    expect(await first?.ended).toBe("answered");
    expect(server.requests("events")[0]?.json()).toEqual(named("a"));
    // Nobody waits any more.
    await expect.poll(() => server.held).toBe(0);
  });
});

it("forgets what it saw when it is told to, and counts on", async () => {
  const server = await startRollgateServer();
  const third = server.request("events", 3);
  for (const name of ["a", "b"]) await post(server, "/events", named(name));
  server.forget();
  expect([server.requests(), server.requests("events"), server.events]).toEqual([[], [], []]);
  expect(server.count("events")).toBe(2);
  await post(server, "/events", named("c"));
  expect([(await third).nth, (await server.request("events", 3)).nth]).toEqual([3, 3]);
  expect(server.events.map(({ eventName }) => eventName)).toEqual(["c"]);
});

describe("the books", () => {
  it("tell of events that are missing, came twice, out of order or from nowhere", async () => {
    const server = await startRollgateServer();
    const expected = ["a", "b", "c", "d", "e"];
    expect(server.eventBooks(expected)).toMatchObject({ received: 0, missing: expected });
    for (const names of [["a", "c"], ["b", "a"], ["x"], ["d"]]) {
      await post(server, "/events", named(...names));
    }
    expect(server.eventBooks(expected)).toEqual({
      received: 6,
      missing: ["e"],
      duplicate: ["a"],
      outOfOrder: ["b"],
      unexpected: ["x"],
    });
    expect(server.events.map(({ eventName }) => eventName).join("")).toBe("acbaxd");
    const byUser = server.eventBooks(["u1"], ({ userId }) => userId);
    expect(byUser).toMatchObject({ missing: [], duplicate: ["u1"] });
  });

  const KEPT: readonly FaultName[] = [
    ..."noContent emptyBody invalidJson truncated wrongShape htmlPage wrongType huge bomb".split(
      " ",
    ),
    ..."brokenEncoding endless drip stall resetInBody lostAnswer".split(" "),
  ] as FaultName[];

  it.each(Object.keys(FAULTS) as FaultName[])("say whether %s kept the events", async (name) => {
    const server = await startRollgateServer();
    server.answerOnce("events", FAULTS[name]);
    const left = new AbortController();
    const signal = left.signal;
    const body = JSON.stringify(named("a"));
    ask(server, "/events", { method: "POST", body, signal }).catch(() => {});
    const request = await server.request("events", 1);
    await Promise.race([request.ended, expect.poll(() => server.held).toBe(1), startOf(server)]);
    const kept = KEPT.includes(name) ? ["a"] : [];
    expect(server.events.map(({ eventName }) => eventName)).toEqual(kept);
    left.abort();
    await request.ended;
  });

  /** When an answer that never ends has begun. */
  async function startOf(server: RollgateServer): Promise<void> {
    await ask(server, "/flags");
  }
});
