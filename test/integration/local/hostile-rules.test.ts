import { describe, expect, it } from "vitest";
import { API_KEY } from "../../support/client";
import { nextEvent, recordEvents, untilState } from "../../support/events";
import { FREE, flagFor, local, PRO, RULES, rule } from "./support";

const MALFORMED = {
  value: true,
  source: "default",
  reason: { kind: "ERROR", errorKind: "MALFORMED_FLAG" },
};
const ON = { enabled: true, rollout: 100 };
const own = (key: string, value: unknown) => JSON.parse(`{${JSON.stringify(key)}:${value}}`);

/** Parts that spoil their flag. */
const SPOILT: Record<string, unknown> = {
  null: null,
  text: "on",
  list: [],
  number: 100,
  "without enabled": { rollout: 100 },
  "enabled by text": { enabled: "true", rollout: 100 },
  "rollout by text": { enabled: true, rollout: "100" },
  "targets by text": { ...ON, targetUsers: "pro" },
  "rules by number": { ...ON, rules: 7 },
  "unknown type": { ...ON, type: "decimal" },
  "variations by text": { ...ON, type: "string", variations: "v" },
  "text for a number": { ...ON, type: "number", defaultValue: "5" },
  ...own("toString", "null"),
};

/** Parts that spoil one rule, so that the next rule decides. */
const BAD_CONDITIONS: Record<string, unknown> = {
  "no condition": null,
  "a condition of the wrong shape": [],
  "an unknown operator": { attribute: "plan", operator: "resembles", value: "pro" },
  "a member of Object for operator": { attribute: "plan", operator: "constructor", value: "pro" },
  "a number for attribute": { attribute: 7, operator: "is_set" },
  "an object for value": { attribute: "plan", operator: "equals", value: {} },
  "a pattern that is outside RE2": { attribute: "plan", operator: "regex", value: "(?=pro)" },
  "a pattern that is no pattern": { attribute: "plan", operator: "regex", value: "(" },
  "a pattern that is too long": { attribute: "plan", operator: "regex", value: "p".repeat(1_025) },
};

function spoilt(condition: unknown) {
  const bad = { id: "bad", enabled: true, rollout: 100, conditions: [condition] };
  return { enabled: true, rollout: 0, rules: [bad, rule("plan", "pro", "next")] };
}

const HOSTILE = {
  ...RULES,
  ...SPOILT,
  ...Object.fromEntries(Object.entries(BAD_CONDITIONS).map(([key, it]) => [key, spoilt(it)])),
  [`has ${API_KEY}`]: null,
};

/** With own members that look like an object's; a literal cannot have the first. */
function withMemberNames(): object {
  const text = JSON.stringify({ ...HOSTILE, constructor: ON, hasOwnProperty: ON });
  return JSON.parse(text.replace("{", '{"__proto__":{"enabled":true,"rollout":100},'));
}

describe("a rule set of which much cannot be read", () => {
  it("is in force flag by flag, for the current user and for others", async () => {
    const { client } = await local(withMemberNames(), {}, PRO);
    expect(client.mode).toBe("local");
    for (const user of [undefined, PRO, { id: "vip" }]) {
      expect(client.isEnabledDetail("beta", false, user)).toMatchObject({ value: true });
      expect(client.isEnabledDetail("open", false, user)).toMatchObject({ source: "rules" });
    }
    expect(client.isEnabled("beta", false, FREE)).toBe(false);
    for (const key of Object.keys(SPOILT)) {
      expect([key, client.isEnabledDetail(key, true)]).toMatchObject([key, MALFORMED]);
      expect([key, client.isEnabledDetail(key, true, FREE)]).toMatchObject([key, MALFORMED]);
      expect([key, client.isEnabled(key, true), client.isEnabled(key, false, FREE)]).toEqual([
        key,
        true,
        false,
      ]);
      expect([key, client.getNumberDetail(key, 3, FREE).reason]).toEqual([key, MALFORMED.reason]);
    }
    for (const key of Object.keys(BAD_CONDITIONS)) {
      const reason = { kind: "RULE_MATCH", ruleId: "next", ruleIndex: 1, inRollout: true };
      expect([key, client.isEnabledDetail(key, false, PRO)]).toMatchObject([
        key,
        { value: true, reason },
      ]);
      expect([key, client.isEnabled(key, true, FREE)]).toEqual([key, false]);
    }
  });

  it("has flags under the names of an object's members like any other", async () => {
    const { client } = await local(withMemberNames(), {}, FREE);
    for (const key of ["__proto__", "constructor", "hasOwnProperty"]) {
      expect([key, client.isEnabled(key), client.isEnabled(key, false, PRO)]).toEqual([
        key,
        true,
        true,
      ]);
      expect(Object.hasOwn(client.getAllFlags(), key)).toBe(true);
      expect(client.forUser(PRO).getAllFlags()[key]).toBe(true);
    }
    expect(client.isEnabledDetail("valueOf", false, PRO).reason.kind).toBe("UNKNOWN");
    expect(({} as { enabled?: unknown }).enabled).toBeUndefined();
  });

  it("is reported by one error, which holds no key, and not again when it comes again", async () => {
    const { client, send } = await local(RULES, {}, PRO);
    const events = recordEvents(client, "error");
    await send("v2", withMemberNames());
    expect(events.of("error")).toMatchObject([{ code: "RULES_MALFORMED" }]);
    const [{ message } = { message: "" }] = events.of("error");
    expect(message).not.toContain(API_KEY);
    expect(message.length).toBeLessThan(500);
    await send("v3", withMemberNames());
    await send("v4", RULES);
    expect(events.entries).toHaveLength(1);
    await send("v5", { ...(withMemberNames() as object), another: null });
    expect(events.of("error").map((error) => error.message)).toEqual([
      message,
      expect.stringContaining("another"),
    ]);
  });

  it("and is large is reported once as well", async () => {
    const broken = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`f${i}`, null]));
    const { client, send } = await local(RULES, {}, PRO);
    const events = recordEvents(client, "error");
    for (const version of ["v2", "v3", "v4"]) await send(version, { ...RULES, ...broken });
    expect(events.of("error").map(({ code }) => code)).toEqual(["RULES_MALFORMED"]);
    expect(client.isEnabled("beta")).toBe(true);
  });

  it("may have 10 000 rules in one flag, the last of which decides", async () => {
    const rules = Array.from({ length: 9_999 }, (_, i) => rule("plan", `plan-${i}`));
    const flag = { enabled: true, rollout: 0, rules: [...rules, rule("plan", "pro", "last")] };
    const { client } = await local({ ...RULES, many: flag }, {}, FREE);
    expect(client.isEnabledDetail("many", false, PRO).reason).toEqual({
      kind: "RULE_MATCH",
      ruleId: "last",
      ruleIndex: 9_999,
      inRollout: true,
    });
    expect(client.isEnabledDetail("many").reason.kind).toBe("FALLTHROUGH");
  });
});

describe("rules in force outlive an event", () => {
  const refused = { stream: { reconnectBaseDelayMs: 1 } };
  const next = { version: "v2", flags: { beta: flagFor("plan", "free") } };

  it.each([
    ["that is no JSON", "event: rules-full\ndata: {\n\n"],
    ["that is JSON of another kind", "event: rules-full\ndata: [1]\n\n"],
    ["without version", 'event: rules-full\ndata: {"flags":{}}\n\n'],
    ["with a list for flags", 'event: rules-full\ndata: {"version":"v2","flags":[]}\n\n'],
    ["with null for flags", 'event: rules-full\ndata: {"version":"v2","flags":null}\n\n'],
    [
      "beyond maxResponseBytes",
      `event: rules-full\ndata: ${JSON.stringify({ ...next, pad: "x".repeat(20_000) })}\n\n`,
    ],
  ])("%s; the next good one takes force", async (_, text) => {
    const config = { ...refused, maxResponseBytes: 10_000 };
    const { client, server, stream } = await local(RULES, config, PRO);
    const events = recordEvents(client, "error");
    stream.send(text);
    await stream.closed;
    await untilState(client, ({ evaluation }) => evaluation === "local.doubtful");
    expect([client.mode, client.rulesVersion]).toEqual(["local", "v1"]);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, source: "rules" });
    expect(client.isEnabled("beta", false, FREE)).toBe(false);
    expect(events.of("error").map(({ name }) => name)).toEqual(["InvalidResponseError"]);
    const updated = nextEvent(client, "rules_updated");
    (await server.stream(2)).event("rules-full", next);
    await updated;
    expect(client.isEnabled("beta")).toBe(false);
  });
});
