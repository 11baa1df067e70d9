import { describe, expect, it } from "vitest";
import { call, flagsOf, post, serve } from "./kit";

const byPlan = {
  enabled: true,
  rollout: 0,
  rules: [{ id: "r1", conditions: [{ attribute: "plan", operator: "equals", value: "pro" }] }],
};

const context = (user: unknown, encoding: "base64" | "base64url" = "base64") => {
  const text = Buffer.from(JSON.stringify(user)).toString(encoding);
  return { "X-User-Context": text.padEnd(Math.ceil(text.length / 4) * 4, "=") };
};

describe("GET flags", () => {
  it("answers with the flags of the user and, when asked, with reasons", async () => {
    const server = await serve({
      on: { enabled: true },
      off: { enabled: false },
      vip: { enabled: true, rollout: 0, targetUsers: ["u1"] },
      "by-plan": byPlan,
    });
    expect(await flagsOf(server)).toEqual({ on: true, off: false, vip: false, "by-plan": false });

    const response = await call(server, "flags?withReasons=true&user_id=u1", {
      headers: context({ id: "u1", attributes: { plan: "PRO" } }),
    });
    expect(await response.json()).toEqual({
      flags: { on: true, off: false, vip: true, "by-plan": true },
      reasons: {
        on: { kind: "FALLTHROUGH", inRollout: true },
        off: { kind: "OFF" },
        vip: { kind: "TARGET_MATCH" },
        "by-plan": { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 0, inRollout: true },
      },
    });
  });

  it("gives no reasons unless asked", async () => {
    const server = await serve({ on: { enabled: true } });
    expect(await (await call(server, "flags")).json()).toEqual({ flags: { on: true } });
  });

  it("names a rule without id by its position", async () => {
    const rule = { conditions: [{ attribute: "id", operator: "is_set" }] };
    const server = await serve({ x: { enabled: true, rules: [rule] } });
    const response = await call(server, "flags?withReasons=true&user_id=u");
    const { reasons } = (await response.json()) as { reasons: { x: { ruleId: string } } };
    expect(reasons.x.ruleId).toBe("rule-1");
  });

  it("reads user ids of any alphabet from the query", async () => {
    const id = "日本 & ü+1";
    const server = await serve({ x: { enabled: true, rollout: 0, targetUsers: [id] } });
    expect(await flagsOf(server, `user_id=${encodeURIComponent(id)}`)).toEqual({ x: true });
  });

  it("reports typed flags as on or off", async () => {
    const server = await serve({
      text: { enabled: true, type: "string", variations: [{ id: "a", value: "A" }] },
      none: { enabled: false, type: "number", defaultValue: 7 },
    });
    expect(await flagsOf(server)).toEqual({ text: true, none: false });
  });

  it("treats every text as a key", async () => {
    const flags = JSON.parse(
      '{"__proto__":{"enabled":true},"constructor":{"enabled":true},"toString":{"enabled":false}}',
    );
    const response = await call(await serve(flags), "flags");
    expect(await response.text()).toBe(
      '{"flags":{"__proto__":true,"constructor":true,"toString":false}}',
    );
  });
});

describe("ETag", () => {
  it("answers 304, without a body, when it comes back as it was", async () => {
    const server = await serve({ x: { enabled: true } });
    const first = await call(server, "flags");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);

    const again = await call(server, "flags?withReasons=true", {
      headers: { "If-None-Match": etag },
    });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
  });

  it("does not match weak forms, lists or the star", async () => {
    const server = await serve({ x: { enabled: true } });
    const etag = (await call(server, "flags")).headers.get("etag");
    for (const other of [`W/${etag}`, `${etag}, "other"`, "*", '"other"']) {
      const response = await call(server, "flags", { headers: { "If-None-Match": other } });
      expect([other, response.status]).toEqual([other, 200]);
    }
  });

  it("is shared by users with equal flags, and changes with a flag", async () => {
    const server = await serve({ x: { enabled: true, rollout: 0, targetUsers: ["c"] } });
    const etag = async (id: string) =>
      (await call(server, `flags?user_id=${id}`)).headers.get("etag");
    const before = await etag("a");
    expect(await etag("b")).toBe(before);
    expect(await etag("c")).not.toBe(before);
    server.updateFlag("x", { rollout: 100 });
    expect(await etag("a")).not.toBe(before);
    expect(await etag("a")).toBe(await etag("c"));
  });

  it("covers typed values", async () => {
    const server = await serve({
      x: { enabled: true, type: "string", variations: [{ id: "a", value: "A" }] },
    });
    const etag = (await call(server, "v2/flags")).headers.get("etag") ?? "";
    const same = await call(server, "v2/flags", { headers: { "If-None-Match": etag } });
    expect(same.status).toBe(304);
    server.updateFlag("x", { variations: [{ id: "a", value: "B" }] });
    const changed = await call(server, "v2/flags", { headers: { "If-None-Match": etag } });
    expect(changed.status).toBe(200);
  });
});

describe("GET v2/flags", () => {
  it("answers with typed values", async () => {
    const server = await serve({
      checkout: { enabled: true },
      limit: { enabled: false, type: "number", defaultValue: 10 },
      theme: { enabled: true, type: "json", variations: [{ id: "d", value: { mode: "dark" } }] },
      banner: {
        enabled: true,
        type: "string",
        variations: [
          { id: "a", value: "A" },
          { id: "b", value: "B" },
        ],
        rules: [
          {
            id: "r",
            conditions: [{ attribute: "id", operator: "equals", value: "u1" }],
            variationId: "b",
          },
        ],
      },
    });
    expect(await (await call(server, "v2/flags?user_id=u1")).json()).toEqual({
      flags: {
        checkout: { key: "checkout", type: "boolean", value: true, enabled: true },
        limit: { key: "limit", type: "number", value: 10, enabled: false },
        theme: {
          key: "theme",
          type: "json",
          value: { mode: "dark" },
          enabled: true,
          variationId: "d",
        },
        banner: { key: "banner", type: "string", value: "B", enabled: true, variationId: "b" },
      },
    });
  });

  it("gives reasons when asked", async () => {
    const server = await serve({ x: { enabled: false } });
    expect(await (await call(server, "v2/flags?withReasons=true")).json()).toEqual({
      flags: {
        x: { key: "x", type: "boolean", value: false, enabled: false, reason: { kind: "OFF" } },
      },
    });
  });
});

describe("attributes", () => {
  it("are remembered for an identified user, and replaced as a whole", async () => {
    const server = await serve({ "by-plan": byPlan });
    const user = { id: "u1", email: "a@b.c", attributes: { plan: "pro", age: 30 } };
    const response = await post(server, "identify", { user });
    expect([response.status, await response.json()]).toEqual([200, { success: true }]);
    expect(server.users.get("u1")).toEqual(user);
    expect(await flagsOf(server, "user_id=u1")).toEqual({ "by-plan": true });
    expect(await flagsOf(server, "user_id=u2")).toEqual({ "by-plan": false });

    await post(server, "identify", { user: { id: "u1" } });
    expect(server.users.get("u1")).toEqual({ id: "u1" });
    expect(await flagsOf(server, "user_id=u1")).toEqual({ "by-plan": false });
  });

  it("of X-User-Context win over remembered ones, also when it has none", async () => {
    const server = await serve({ "by-plan": byPlan });
    await post(server, "identify", { user: { id: "u1", attributes: { plan: "pro" } } });
    const ask = async (headers: Record<string, string>) => {
      const response = await call(server, "flags?user_id=u1", { headers });
      return ((await response.json()) as { flags: unknown }).flags;
    };
    expect(await ask({})).toEqual({ "by-plan": true });
    expect(await ask(context({ id: "u1" }))).toEqual({ "by-plan": false });
    expect(await ask(context({ id: "x", attributes: { plan: "pro" } }, "base64url"))).toEqual({
      "by-plan": true,
    });
  });

  it("named like an object's inner parts are harmless and can be targeted", async () => {
    const server = await serve({
      x: {
        enabled: true,
        rollout: 0,
        rules: [{ conditions: [{ attribute: "__proto__", operator: "equals", value: "yes" }] }],
      },
      y: {
        enabled: true,
        rollout: 0,
        rules: [{ conditions: [{ attribute: "toString", operator: "is_set" }] }],
      },
    });
    await post(server, "identify", '{"user":{"id":"__proto__","attributes":{"__proto__":"yes"}}}');
    expect(await flagsOf(server, "user_id=__proto__")).toEqual({ x: true, y: false });
    expect(await flagsOf(server, "user_id=constructor")).toEqual({ x: false, y: false });
  });

  it("decide about segments, in one word or several", async () => {
    const server = await serve({});
    const inSegment = (operator: string, value: string | string[]) => ({
      enabled: true,
      rollout: 0,
      rules: [{ id: "r", conditions: [{ attribute: "segment", operator, value }] }],
    });
    server.setFlags({
      flags: {
        staff: inSegment("in", "staff"),
        both: inSegment("in", "staff, friends"),
        neither: inSegment("not_in", ["staff", "friends"]),
      },
      segments: {
        staff: { conditions: [{ attribute: "email", operator: "ends_with", value: "@us.io" }] },
        friends: { users: ["u2"] },
      },
    });
    await post(server, "identify", { user: { id: "u1", email: "a@us.io" } });
    expect(await flagsOf(server, "user_id=u1")).toEqual({
      staff: true,
      both: true,
      neither: false,
    });
    expect(await flagsOf(server, "user_id=u2")).toEqual({
      staff: false,
      both: true,
      neither: false,
    });
    expect(await flagsOf(server, "user_id=u3")).toEqual({
      staff: false,
      both: false,
      neither: true,
    });
    expect(await flagsOf(server)).toEqual({ staff: false, both: false, neither: false });
  });
});
