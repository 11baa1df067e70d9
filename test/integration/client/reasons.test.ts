import { describe, expect, it } from "vitest";
import type { RollgateClient } from "../../../src";
import { createClient } from "../../support/client";
import { createGate, startRollgateServer } from "../../support/rollgate-server";

/** Everything that can be asked of a flag that has no value. */
function defaults(client: RollgateClient, key: string) {
  return [
    client.isEnabled(key, true),
    client.isEnabledDetail(key, true),
    client.getStringDetail(key, "d"),
    client.getNumberDetail(key, 7),
    client.getJsonDetail(key, [7]),
    client.getValueDetail(key, null),
  ];
}

/** What they answer when there is nothing to answer from. */
function answers(reason: object) {
  const rest = { reason, source: "default", stale: false, version: 0 };
  return [true, ...[true, "d", 7, [7], null].map((value) => ({ ...rest, value }))];
}

describe("before the first flags", () => {
  it("every evaluation gives the caller's default at once, with CLIENT_NOT_READY", async () => {
    const server = await startRollgateServer();
    server.answer("flags", { gate: createGate() });
    const client = createClient(server);
    const expected = answers({ kind: "ERROR", errorKind: "CLIENT_NOT_READY" });
    expect(defaults(client, "beta")).toEqual(expected);
    void client.init();
    await server.request("flags", 1);
    expect(defaults(client, "beta")).toEqual(expected);
  });
});

describe("a reason", () => {
  it.each([
    { kind: "OFF" },
    { kind: "TARGET_MATCH" },
    { kind: "RULE_MATCH", ruleId: "r1", ruleIndex: 2, inRollout: true },
    { kind: "FALLTHROUGH", inRollout: false },
    { kind: "UNKNOWN" },
    { kind: "ERROR", errorKind: "CLIENT_NOT_READY" },
    { kind: "ERROR", errorKind: "WRONG_TYPE" },
    { kind: "ERROR", errorKind: "MALFORMED_FLAG" },
    { kind: "ERROR", errorKind: "RULES_NOT_AVAILABLE" },
    { kind: "ERROR", errorKind: "STALE" },
    { kind: "ERROR", errorKind: "EXCEPTION" },
  ])("of the server's is given as it is: %j", async (reason) => {
    const server = await startRollgateServer();
    server.answer("flags", { flags: { beta: true }, reasons: { beta: reason } });
    const client = createClient(server);
    await client.init();
    expect(client.isEnabledDetail("beta").reason).toEqual(reason);
  });

  it.each([
    [{ kind: "MAYBE" }, { kind: "FALLTHROUGH", inRollout: true }],
    [{ kind: "ERROR", errorKind: "BAD_LUCK" }, { kind: "ERROR" }],
  ])("that nobody knows is none: %j", async (reason, given) => {
    const server = await startRollgateServer();
    server.answer("flags", { flags: { beta: true }, reasons: { beta: reason } });
    const client = createClient(server);
    await client.init();
    expect(client.isEnabledDetail("beta").reason).toEqual(given);
  });

  it("is made up for flags that the app gave without one: FALLTHROUGH, in the rollout when on", async () => {
    const server = await startRollgateServer();
    const client = createClient(server, { bootstrap: { flags: { on: true, off: false } } });
    client.setOverride("local", false);
    const reasons = ["on", "off", "local"].map((key) => client.isEnabledDetail(key).reason);
    expect(reasons).toEqual([
      { kind: "FALLTHROUGH", inRollout: true },
      { kind: "FALLTHROUGH", inRollout: false },
      { kind: "FALLTHROUGH", inRollout: false },
    ]);
  });
});

describe("for another user, without rules", () => {
  it.each([null, 7, "", [], { id: "" }, { id: 7 }, Symbol("s")])(
    "every evaluation gives the default, also for a user that is none: %o",
    async (user) => {
      const server = await startRollgateServer({ beta: true });
      const client = createClient(server);
      await client.init();
      const reason = { kind: "ERROR", errorKind: "RULES_NOT_AVAILABLE" };
      const odd = user as never;
      expect(client.isEnabled("beta", false, odd)).toBe(false);
      expect(client.isEnabledDetail("beta", false, odd)).toMatchObject({ value: false, reason });
      expect(client.getValueDetail("beta", null, odd)).toMatchObject({ value: null, reason });
      expect(client.getStringDetail("beta", "d", odd)).toMatchObject({ value: "d", reason });
    },
  );
});
