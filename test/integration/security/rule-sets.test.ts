import { join } from "node:path";
import { expect, it } from "vitest";
import type { UserContext } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, recordEvents } from "../../support/events";
import { createVirtualClock } from "../../support/virtual-clock";
import { local, PRO, RULES } from "../local/support";
import { temporaryDirectory } from "../storage/support";

const is = (attribute: string, operator = "equals", value: unknown = "pro") => ({
  attribute,
  operator,
  value,
});
const flag = (conditions: unknown) => ({
  enabled: true,
  rollout: 0,
  rules: [{ id: "r", enabled: true, rollout: 100, conditions }],
});
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));
/** Stands for a value so deep that `JSON.stringify` overflows. */
const DEEP = "DEEP";
const textOf = (flags: unknown) =>
  JSON.stringify(flags).replaceAll(`"${DEEP}"`, "[".repeat(50_000) + "]".repeat(50_000));

/** Each flag is hostile by size or depth, and has an answer all the same. */
const LARGE = {
  "100 000 conditions that hold": [flag(many(100_000, () => is("plan"))), true],
  "100 000 conditions, the last of which does not": [
    flag([...many(99_999, () => is("plan")), is("plan", "equals", "free")]),
    false,
  ],
  "a list of 100 000 values": [flag([is("plan", "in", [...many(99_999, String), "pro"])]), true],
  "a text of 100 000 values": [flag([is("plan", "in", `${many(99_999, String)},pro`)]), true],
  "a value of a megabyte": [flag([is("plan", "contains", "x".repeat(1_000_000))]), false],
  "a value 50 000 levels deep": [flag([is("plan", "equals", DEEP)]), false],
  "a default 50 000 levels deep": [{ enabled: false, type: "json", defaultValue: DEEP }, false],
  "conditions 50 000 levels deep": [flag(DEEP), false],
  "a pattern of a megabyte": [flag([is("plan", "regex", "(a+)+".repeat(200_000))]), false],
  "10 000 patterns of their own": [
    flag(many(10_000, (i) => is("plan", "regex", `^p${i}?ro`))),
    false,
  ],
  "a pattern that makes others explode": [
    flag([is("plan", "regex", "(.*)(.*)(.*)(.*)(.*)x$")]),
    false,
  ],
  "100 000 users who are targeted": [
    { enabled: true, rollout: 0, targetUsers: [...many(99_999, String), "pro"] },
    true,
  ],
} as const satisfies Record<string, readonly [unknown, boolean]>;

it("a rule set may be as large and as deep as maxResponseBytes lets it: each flag has its answer, after a restart, too", async () => {
  const cache = { persistPath: join(await temporaryDirectory(), "flags.json") };
  const flags = Object.fromEntries(Object.entries(LARGE).map(([key, [one]]) => [key, one]));
  const config = { clock: createVirtualClock(), maxResponseBytes: 64_000_000, cache };
  const { client, server, stream } = await local(RULES, config, PRO);
  const log = recordEvents(client, "error");
  // Twice: the second is compared with the first.
  for (const version of ["v2", "v3"]) {
    const updated = nextEvent(client, "rules_updated");
    const text = textOf({ version, flags: { ...RULES, ...flags } });
    stream.send(`event: rules-full\ndata: ${text}\n\n`);
    await updated;
  }
  const answers = Object.fromEntries(Object.entries(LARGE).map(([key, [, on]]) => [key, on]));
  const answersOf = (one: typeof client) =>
    Object.fromEntries(Object.keys(LARGE).map((key) => [key, one.isEnabled(key, false, PRO)]));
  expect(answersOf(client)).toEqual(answers);
  expect(client.isEnabled("beta")).toBe(true);
  await client.close();
  expect(log.of("error").map(({ code }) => code)).toEqual(["RULES_MALFORMED"]);

  server.answer("flags", { status: 503 });
  const next = createClient(server, config);
  await next.init(PRO);
  expect(next.rulesVersion).toBe("v3");
  expect(answersOf(next)).toEqual(answers);
  await next.close();
}, 60_000);

it("names of an object's members are attributes, segments and flags like any other", async () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "__defineGetter__"];
  const set = names.map((name) => [name, flag([is(name, "is_set", undefined)])] as const);
  const { client } = await local(
    JSON.parse(`{${set.map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`)}}`),
    {},
    PRO,
  );
  const has = (attributes: string): UserContext => ({
    id: "u",
    attributes: JSON.parse(attributes),
  });
  for (const name of names) {
    expect([name, client.isEnabled(name, true, PRO)]).toEqual([name, false]);
    const own = has(`{${JSON.stringify(name)}:"x"}`);
    expect([name, client.isEnabled(name, false, own)]).toEqual([name, true]);
  }
  expect(({} as { plan?: unknown }).plan).toBeUndefined();
});
