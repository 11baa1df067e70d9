import { describe, expect, it } from "vitest";
import {
  RateLimitError,
  type RollgateConfig,
  ServerError,
  type UserContext,
  ValidationError,
} from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents, until, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "./support";

const NOT_READY = { kind: "ERROR", errorKind: "CLIENT_NOT_READY" };
const open = ({ connection }: { connection: string }) => connection === "streaming.open";

/** A server that knows which flags are whose. */
async function start(config: Partial<RollgateConfig> = {}, user?: UserContext) {
  const server = await startRollgateServer();
  const flagsOf: Record<string, Record<string, boolean>> = {
    u1: { beta: true },
    u2: { beta: false, second: true },
    u3: { third: true },
    "": { beta: false },
  };
  server.answer("flags", ({ query }) => ({ flags: flagsOf[query.get("user_id") ?? ""] ?? {} }));
  const client = createClient(server, config);
  await client.init(user ?? { id: "u1" });
  return { server, client };
}

describe("identify", () => {
  it("sets the user at once and resolves when that user's flags are in force", async () => {
    const { client } = await start();
    const identified = client.identify({ id: "u2" });
    expect(client.user).toEqual({ id: "u2" });
    await identified;
    expect({ ...client.getAllFlags() }).toEqual({ beta: false, second: true });
  });

  it("serves no value of the previous user from the call on", async () => {
    const { client } = await start();
    expect(client.isEnabled("beta")).toBe(true);
    const identified = client.identify({ id: "u2" });
    expect(client.isEnabled("beta")).toBe(false);
    expect(client.isEnabledDetail("beta", false)).toMatchObject({
      value: false,
      reason: NOT_READY,
      source: "default",
    });
    expect({ ...client.getAllFlags() }).toEqual({});
    expect(client.isReady).toBe(false);
    await identified;
  });

  it("tells the app once, when the new user's flags are there", async () => {
    const { client } = await start();
    const events = recordEvents(client, "flag_changed", "flags_updated", "ready");
    await client.identify({ id: "u2" });
    expect(events.of("flag_changed")).toEqual([
      { key: "beta", value: false, previous: true },
      { key: "second", value: true, previous: undefined },
    ]);
    expect(events.names).toEqual(["flag_changed", "flag_changed", "flags_updated"]);
  });

  it("posts the user, then asks for that user's flags", async () => {
    const { server, client } = await start();
    const user = {
      id: "u2",
      email: "a@b.c",
      attributes: { plan: "pro", age: 30, beta: true, x: null },
    };
    await client.identify(user);
    expect((await server.request("identify", 2)).json()).toEqual({ user });
    expect(server.requests().map(({ route, query }) => [route, query.get("user_id")])).toEqual([
      ["identify", null],
      ["flags", "u1"],
      ["identify", null],
      ["flags", "u2"],
    ]);
  });

  it("posts also a user without attributes, whom the server may remember with some", async () => {
    const { server, client } = await start();
    await client.identify({ id: "u2" });
    expect((await server.request("identify", 2)).json()).toEqual({ user: { id: "u2" } });
  });

  it("copies the user: what the app does to its object later changes nothing", async () => {
    const { client } = await start();
    const attributes: Record<string, string> = { plan: "free" };
    const user = { id: "u2", attributes };
    const identified = client.identify(user);
    user.id = "u3";
    attributes["plan"] = "pro";
    await identified;
    expect(client.user).toEqual({ id: "u2", attributes: { plan: "free" } });
    expect([Object.isFrozen(client.user), Object.isFrozen(client.user?.attributes)]).toEqual([
      true,
      true,
    ]);
  });

  it.each([
    ["an empty id", { id: "" }],
    ["an id that is no text", { id: 7 }],
    ["no user at all", undefined],
    ["null", null],
    ["an attribute that is no plain value", { id: "u2", attributes: { a: {} } }],
    ["an attribute that is not finite", { id: "u2", attributes: { a: Number.NaN } }],
  ])("rejects %s with a ValidationError, without a request", async (_, user) => {
    const { server, client } = await start();
    const sent = server.requests().length;
    expect(await rejection(client.identify(user as never))).toBeInstanceOf(ValidationError);
    expect(server.requests()).toHaveLength(sent);
    expect(client.user).toEqual({ id: "u1" });
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("rejects with the typed error when there are no flags of that user", async () => {
    const { server, client } = await start();
    server.answer("flags", { status: 503 });
    const error = await rejection(client.identify({ id: "u2" }));
    expect(error).toBeInstanceOf(ServerError);
    expect(client.isEnabledDetail("beta").reason).toEqual(NOT_READY);
  });

  it("that fails and was forgotten is an `error` event, no crash", async () => {
    const { server, client } = await start();
    server.answer("flags", { status: 503 });
    const failed = nextEvent(client, "error");
    void client.identify({ id: "u2" });
    expect(await failed).toBeInstanceOf(ServerError);
  });

  it("resolves with remembered flags when the server fails", async () => {
    const { server, client } = await start();
    await client.identify({ id: "u2" });
    server.answer("flags", { status: 503 });
    const events = recordEvents(client, "error");
    await client.identify({ id: "u1" });
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
    expect(events.of("error")).toMatchObject([{ statusCode: 503 }]);
  });

  it("serves remembered flags until the answer comes", async () => {
    const { server, client } = await start();
    await client.identify({ id: "u2" });
    const gate = createGate();
    server.answerOnce("flags", { gate, flags: { beta: false } });
    const identified = client.identify({ id: "u1" });
    await server.request("flags", 3);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
    gate.open();
    await identified;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "network" });
  });

  it("while held rejects with RateLimitError, and still swaps the user", async () => {
    const { server, client } = await start();
    server.answerOnce("flags", { status: 429, headers: { "Retry-After": "60" } });
    await rejection(client.refresh());
    const sent = server.requests().length;
    expect(await rejection(client.identify({ id: "u2" }))).toBeInstanceOf(RateLimitError);
    expect(client.user).toEqual({ id: "u2" });
    expect(client.isEnabledDetail("beta").reason).toEqual(NOT_READY);
    expect(server.requests()).toHaveLength(sent);
  });

  it("goes on to the flags when the server has no such endpoint, and does not ask it again", async () => {
    const { server, client } = await start();
    server.answer("identify", { status: 404 });
    await client.identify({ id: "u2" });
    expect(client.isEnabled("second")).toBe(true);
    await client.refresh();
    expect(server.count("identify")).toBe(2);
  });

  it("posts again with the next fetch when the POST failed", async () => {
    const { server, client } = await start();
    server.answerOnce("identify", { status: 500 });
    await client.identify({ id: "u2" });
    expect(client.isEnabled("second")).toBe(true);
    await client.refresh();
    expect(server.requests("identify").map((request) => request.json())).toEqual([
      { user: { id: "u1" } },
      { user: { id: "u2" } },
      { user: { id: "u2" } },
    ]);
  });
});

describe("of several identify calls", () => {
  it("the latest wins, and the overtaken ones settle as it does", async () => {
    const { server, client } = await start();
    const calls = [
      client.identify({ id: "u2" }),
      client.identify({ id: "u3" }),
      client.identify({ id: "u1" }),
      client.identify({ id: "u2" }),
    ];
    await Promise.all(calls);
    expect({ ...client.getAllFlags() }).toEqual({ beta: false, second: true });
    expect(client.user).toEqual({ id: "u2" });
    expect(server.requests("flags").at(-1)?.query.get("user_id")).toBe("u2");
  });

  it("an overtaken one stays unsettled until the latest settles", async () => {
    const { server, client } = await start();
    const gate = createGate();
    server.answerOnce("identify", {}, { gate });
    let settled = false;
    const first = client.identify({ id: "u2" }).then(() => {
      settled = true;
    });
    await server.request("identify", 2);
    const second = client.identify({ id: "u3" });
    await server.request("identify", 3);
    expect(settled).toBe(false);
    gate.open();
    await Promise.all([first, second]);
    expect({ ...client.getAllFlags() }).toEqual({ third: true });
  });

  it("all reject when the latest fails", async () => {
    const { server, client } = await start();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const first = rejection(client.identify({ id: "u2" }));
    await server.request("identify", 2);
    server.answer("flags", { status: 503 });
    const second = rejection(client.identify({ id: "u3" }));
    gate.open();
    expect(await first).toMatchObject({ statusCode: 503 });
    expect(await second).toBe(await first);
  });

  it("the POST under way is not aborted, and of those that wait only the newest goes", async () => {
    const { server, client } = await start();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const calls = [client.identify({ id: "u2" })];
    const post = await server.request("identify", 2);
    calls.push(client.identify({ id: "u3" }), client.identify({ id: "u1" }));
    await until(() => client.getState().refresh.startsWith("identifying.overtakenReady"));
    expect(server.count("identify")).toBe(2);
    gate.open();
    await Promise.all(calls);
    expect(await post.ended).toBe("answered");
    expect(server.requests("identify").map((request) => request.json())).toEqual([
      { user: { id: "u1" } },
      { user: { id: "u2" } },
      { user: { id: "u1" } },
    ]);
    expect(server.requests("flags").map(({ query }) => query.get("user_id"))).toEqual(["u1", "u1"]);
  });

  it("five in a row are two POSTs, the first and the last, one after the other; all settle with the last", async () => {
    const { server, client } = await start();
    const gates = [createGate(), createGate()];
    server.answerOnce("identify", ...gates.map((gate) => ({ gate })));
    const flagsAtEnd: object[] = [];
    const identify = async (id: string) => {
      await client.identify({ id });
      flagsAtEnd.push({ ...client.getAllFlags() });
    };
    const calls = [identify("u4")];
    const first = await server.request("identify", 2);
    for (const id of ["u5", "u1", "u2"]) {
      calls.push(identify(id));
      await untilState(client, ({ refresh }) => refresh === "identifying.overtakenReady");
    }
    calls.push(identify("u3"));
    await untilState(client, ({ refresh }) => refresh === "identifying.overtaken");
    await untilState(client, ({ refresh }) => refresh === "identifying.overtakenReady");
    expect(server.count("identify")).toBe(2);
    gates[0]?.open();
    expect(await first.ended).toBe("answered");
    const last = await server.request("identify", 3);
    expect([server.count("flags"), flagsAtEnd]).toEqual([1, []]);
    gates[1]?.open();
    await Promise.all(calls);
    expect(await last.ended).toBe("answered");
    expect([first.json(), last.json()]).toEqual([{ user: { id: "u4" } }, { user: { id: "u3" } }]);
    expect(flagsAtEnd).toEqual(Array(5).fill({ third: true }));
    expect(server.requests("flags").map(({ query }) => query.get("user_id"))).toEqual(["u1", "u3"]);
    // Nothing is left over that a later fetch would still tell.
    await client.refresh();
    expect(server.count("identify")).toBe(3);
  });

  it("five in a row reject together, with one error, when there are no flags of the last", async () => {
    const { server, client } = await start();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const calls = [rejection(client.identify({ id: "u4" }))];
    await server.request("identify", 2);
    const events = recordEvents(client, "error");
    for (const id of ["u5", "u6", "u7", "u2"]) calls.push(rejection(client.identify({ id })));
    server.answer("flags", { status: 503 });
    gate.open();
    const errors = await Promise.all(calls);
    expect(errors[0]).toMatchObject({ statusCode: 503 });
    expect(new Set(errors).size).toBe(1);
    expect(events.of("error")).toEqual([errors[0]]);
    expect(server.count("identify")).toBe(3);
    expect(client.user).toEqual({ id: "u2" });
  });

  it("the old user's GET is aborted, and its answer never applied", async () => {
    const { server, client } = await start();
    const gate = createGate();
    server.answerOnce("flags", { gate, flags: { leaked: true } });
    const first = client.identify({ id: "u2" });
    const get = await server.request("flags", 2);
    const events = recordEvents(client, "flag_changed");
    const second = client.identify({ id: "u3" });
    expect(await get.ended).toBe("aborted");
    gate.open();
    await Promise.all([first, second]);
    expect(events.of("flag_changed").map(({ key }) => key)).not.toContain("leaked");
    expect({ ...client.getAllFlags() }).toEqual({ third: true });
  });

  it("during init the latest wins, and init resolves with its flags", async () => {
    const server = await startRollgateServer();
    server.answer("flags", ({ query }) => ({ flags: { [query.get("user_id") ?? ""]: true } }));
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const client = createClient(server);
    const initialized = client.init({ id: "u1" });
    await server.request("identify", 1);
    const identified = client.identify({ id: "u2" });
    gate.open();
    await Promise.all([initialized, identified]);
    expect({ ...client.getAllFlags() }).toEqual({ u2: true });
  });
});

describe("the same id with other attributes", () => {
  it("keeps its flags, marked stale, until the answer", async () => {
    const { server, client } = await start({}, { id: "u1", attributes: { plan: "free" } });
    const events = recordEvents(client, "flags_stale");
    const gate = createGate();
    server.answerOnce("flags", { gate, flags: { beta: false } });
    const identified = client.identify({ id: "u1", attributes: { plan: "pro" } });
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: "network",
      stale: true,
    });
    expect(client.isReady).toBe(true);
    gate.open();
    await identified;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, stale: false });
    expect(events.names).toEqual(["flags_stale"]);
  });

  it("resolves when the server fails, since there are flags of that user", async () => {
    const { server, client } = await start({}, { id: "u1", attributes: { plan: "free" } });
    server.answer("flags", { status: 503 });
    await client.identify({ id: "u1", attributes: { plan: "pro" } });
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
  });

  it("aborts a GET that was made for the old attributes", async () => {
    const { server, client } = await start({}, { id: "u1", attributes: { plan: "free" } });
    server.answerOnce("flags", { gate: createGate() });
    const refreshed = client.refresh();
    const get = await server.request("flags", 2);
    await client.identify({ id: "u1", attributes: { plan: "pro" } });
    expect(await get.ended).toBe("aborted");
    await refreshed;
    expect(client.isEnabledDetail("beta").stale).toBe(false);
  });
});

describe("reset", () => {
  it("clears the user and fetches the flags of nobody, without telling the server", async () => {
    const { server, client } = await start();
    const reset = client.reset();
    expect(client.user).toBeUndefined();
    expect(client.isEnabledDetail("beta").reason).toEqual(NOT_READY);
    await reset;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, source: "network" });
    expect(server.count("identify")).toBe(1);
    const request = await server.request("flags", 2);
    expect(request.query.has("user_id")).toBe(false);
    expect(request.headers["x-user-context"]).toBeUndefined();
    expect(client.getState().user).toBe("anonymous");
  });

  it("rejects with the typed error when there are no flags of nobody", async () => {
    const { server, client } = await start();
    server.answer("flags", { status: 503 });
    expect(await rejection(client.reset())).toBeInstanceOf(ServerError);
  });

  it("before init clears the user that identify set", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.identify({ id: "u1" });
    await client.reset();
    await client.init();
    expect(server.requests().map(({ url }) => url)).toEqual(["/api/v1/sdk/flags?withReasons=true"]);
  });
});

describe("X-User-Context", () => {
  it("carries id, e-mail and attributes with every request for flags", async () => {
    const user = { id: "u1", email: "ü@b.c", attributes: { city: "東京", age: 3.5, ok: true } };
    const { server, client } = await start({}, user);
    await client.refresh();
    const sent = server.requests("flags").map(({ userContext }) => userContext);
    expect(sent).toEqual([user, user]);
    expect((await server.request("flags", 1)).headers["x-user-context"]).toMatch(
      /^[A-Za-z0-9+/]+={0,2}$/,
    );
  });

  it("goes along on the v2 endpoint, too, and nowhere else", async () => {
    const server = await startRollgateServer();
    const client = createClient(server, { typedFlags: true });
    await client.init({ id: "u1" });
    expect((await server.request("v2", 1)).userContext).toEqual({ id: "u1" });
    expect((await server.request("identify", 1)).headers["x-user-context"]).toBeUndefined();
  });

  it("is not sent when userContextHeader is off", async () => {
    const { server } = await start({ userContextHeader: false });
    expect((await server.request("flags", 1)).headers["x-user-context"]).toBeUndefined();
    expect(server.count("identify")).toBe(1);
  });

  it("is left out beyond 8 KiB, where identify carries the user", async () => {
    const { server, client } = await start();
    // Base64 makes 4 characters of 3 bytes.
    const limit = (8_192 / 4) * 3;
    const frame = JSON.stringify({ id: "u2", attributes: { text: "" } }).length;
    const fits = { id: "u2", attributes: { text: "x".repeat(limit - frame) } };
    await client.identify(fits);
    expect((await server.request("flags", 2)).headers["x-user-context"]).toHaveLength(8_192);
    const tooLong = { id: "u2", attributes: { text: "x".repeat(limit - frame + 1) } };
    await client.identify(tooLong);
    expect((await server.request("flags", 3)).headers["x-user-context"]).toBeUndefined();
    expect((await server.request("identify", 3)).json()).toEqual({ user: tooLong });
  });

  it.each(["ünïcødé", "東京 💥", "a&b=c?d#e/f%20+g", "\u0000", "x".repeat(1_000)])(
    "and the query carry the id %j as it is",
    async (id) => {
      const { server } = await start({}, { id });
      const request = await server.request("flags", 1);
      expect(request.query.get("user_id")).toBe(id);
      expect(request.userContext).toEqual({ id });
      expect((await server.request("identify", 1)).json()).toEqual({ user: { id } });
    },
  );
});

describe("a stream belongs to a user", () => {
  async function streaming() {
    const started = await start({ enableStreaming: true });
    const stream = await started.server.stream(1);
    await untilState(started.client, open);
    return { ...started, stream };
  }

  it("identify reconnects it with the new id, after the POST", async () => {
    const { server, client, stream } = await streaming();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const identified = client.identify({ id: "u2" });
    await stream.closed;
    await server.request("identify", 2);
    expect(server.count("stream")).toBe(1);
    gate.open();
    await identified;
    const next = await server.stream(2);
    expect(next.request.query.get("user_id")).toBe("u2");
  });

  it("reset reconnects it without an id", async () => {
    const { server, client, stream } = await streaming();
    await client.reset();
    await stream.closed;
    expect((await server.stream(2)).request.query.has("user_id")).toBe(false);
  });

  it("nothing that an old stream still delivers is applied", async () => {
    const { server, client, stream } = await streaming();
    const events = recordEvents(client, "flag_changed");
    const gate = createGate();
    server.answerOnce("identify", { gate });
    stream.event("init", { flags: { leaked: true } });
    const identified = client.identify({ id: "u2" });
    stream.event("init", { flags: { leaked: true } });
    await stream.closed;
    gate.open();
    await identified;
    await server.stream(2);
    await untilState(client, open);
    expect(events.of("flag_changed").map(({ key }) => key)).toEqual(["beta", "second"]);
    expect({ ...client.getAllFlags() }).toEqual({ beta: false, second: true });
  });

  it("a change announced on the new stream is fetched for the new user", async () => {
    const { server, client } = await streaming();
    await client.identify({ id: "u2" });
    const stream = await server.stream(2);
    await untilState(client, open);
    const before = server.count("flags");
    stream.event("flag-changed", { key: "beta", enabled: true });
    const request = await server.request("flags", before + 1);
    expect(request.query.get("user_id")).toBe("u2");
  });
});

describe("polling after identify", () => {
  it("asks for the new user", async () => {
    const clock = createVirtualClock();
    const { server, client } = await start({
      clock,
      random: () => 0.5,
      refreshIntervalMs: 30_000,
    });
    await client.identify({ id: "u2" });
    clock.advance(30_000);
    expect((await server.request("flags", 3)).query.get("user_id")).toBe("u2");
  });
});
