import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { FlagDefinition, FlagsFile, SegmentDefinition } from "../../../src/dev-server";
import { sha256Bucket } from "../../../src/dev-server/evaluation/bucket";
import { RuleBook } from "../../../src/dev-server/evaluation/rule-book";
import type { EvaluationReason, UserContext } from "../../../src/flags/types";

interface Vector {
  readonly flag: FlagDefinition & { readonly key: string };
  readonly user?: UserContext;
  readonly expected: { readonly value: boolean; readonly reason: EvaluationReason };
}

const inSegment = (value: string | string[], operator = "in") => ({
  attribute: "segment",
  operator,
  value,
});

function isOn(
  rules: FlagDefinition["rules"],
  segments: Record<string, SegmentDefinition>,
  user: UserContext,
): boolean | undefined {
  const flags = { x: { enabled: true, rollout: 0, rules: rules ?? [] } };
  return new RuleBook({ flags, segments }).evaluate(user).get("x")?.on;
}

describe("RuleBook", () => {
  it("agrees with every published vector of evaluation", () => {
    const path = new URL("../../vectors/evaluation.json", import.meta.url);
    const vectors: Vector[] = JSON.parse(readFileSync(path, "utf8"));
    expect(vectors.length).toBe(2500);
    for (const { flag, user, expected } of vectors) {
      const answer = new RuleBook({ flags: { [flag.key]: flag } }).evaluate(user).get(flag.key);
      expect({ flag, user, value: answer?.on, reason: answer?.reason }).toEqual({
        flag,
        user,
        ...expected,
      });
    }
  });

  it("hashes as `sha256sum` does", () => {
    // printf '%s' 'new-feature:user-1' | sha256sum → f6c83978…
    expect(sha256Bucket("new-feature:user-1")).toBe(0xf6c83978 % 100);
    // printf '%s' 'Ü:日本' | sha256sum → 7d969d99…
    expect(sha256Bucket("Ü:日本")).toBe(0x7d969d99 % 100);
  });

  it("lets the first matching rule end the search, with its place in the file", () => {
    const rules = [
      { conditions: [inSegment("nobody")] },
      { id: "shut", rollout: 0, conditions: [inSegment("all")] },
      { conditions: [inSegment("all")] },
    ];
    const flags = { x: { enabled: true, rules } };
    const all = { conditions: [{ attribute: "id", operator: "is_set" }] };
    const book = new RuleBook({ flags, segments: { nobody: {}, all } });
    expect(book.evaluate({ id: "u" }).get("x")?.reason).toEqual({
      kind: "RULE_MATCH",
      ruleId: "shut",
      ruleIndex: 1,
      inRollout: false,
    });
  });
});

describe("segments", () => {
  const pro = { attribute: "plan", operator: "eq", value: "pro" };
  const german = { attribute: "country", operator: "eq", value: "DE" };
  const user = (attributes: Record<string, string>, id = "u") => ({ id, attributes });

  it("hold listed users, those whom all conditions match, and those whom any rule matches", () => {
    const segments = {
      s: {
        users: ["listed"],
        conditions: [pro, german],
        rules: [{ conditions: [pro] }, { conditions: [] }],
      },
      t: { conditions: [pro, german] },
    };
    const inS = (who: UserContext) => isOn([{ conditions: [inSegment("s")] }], segments, who);
    const inT = (who: UserContext) => isOn([{ conditions: [inSegment("t")] }], segments, who);
    expect([inS(user({}, "listed")), inS(user({ plan: "pro" })), inS(user({}))]).toEqual([
      true,
      true,
      false,
    ]);
    expect([inT(user({ plan: "pro" })), inT(user({ plan: "pro", country: "de" }))]).toEqual([
      false,
      true,
    ]);
  });

  it("combine with other conditions of a rule", () => {
    const segments = { s: { users: ["u"] } };
    const rules = [{ conditions: [inSegment("s"), pro] }];
    expect(isOn(rules, segments, user({ plan: "pro" }))).toBe(true);
    expect(isOn(rules, segments, user({}))).toBe(false);
    expect(isOn(rules, segments, user({ plan: "pro" }, "other"))).toBe(false);
  });

  it("build on others, whatever their names and order", () => {
    const segments = {
      1: { conditions: [inSegment("2", "not_in")] },
      2: { conditions: [inSegment("3")] },
      3: { users: ["u"] },
      __proto__: {},
    };
    const ask = (name: string, id: string) =>
      isOn([{ conditions: [inSegment(name)] }], segments, { id });
    expect([ask("1", "u"), ask("2", "u"), ask("3", "u")]).toEqual([false, true, true]);
    expect([ask("1", "v"), ask("2", "v"), ask("3", "v")]).toEqual([true, false, false]);
  });

  it("cannot be claimed by a user's own attributes", () => {
    const forged = { id: "v", attributes: { segment: "s", 'segment in ["s"]': true } };
    expect(isOn([{ conditions: [inSegment("s")] }], { s: { users: ["u"] } }, forged)).toBe(false);
  });
});

describe("changes", () => {
  const changes = (before: FlagsFile, after: FlagsFile) =>
    new RuleBook(after).changesSince(new RuleBook(before));

  it("are none when only the order of keys differs", () => {
    expect(
      changes(
        { flags: { a: { enabled: true, rollout: 5 }, b: { enabled: true } } },
        { flags: { b: { enabled: true }, a: { rollout: 5, enabled: true } } },
      ),
    ).toEqual([]);
  });

  it("name what was changed, added and removed, with the state it is in now", () => {
    expect(
      changes(
        { flags: { on: { enabled: true }, off: { enabled: true }, gone: { enabled: true } } },
        {
          flags: {
            on: { enabled: true, rollout: 1 },
            off: { enabled: false },
            new: { enabled: true },
          },
        },
      ),
    ).toEqual([
      { key: "on", enabled: true },
      { key: "off", enabled: false },
      { key: "new", enabled: true },
      { key: "gone", enabled: false },
    ]);
  });
});
