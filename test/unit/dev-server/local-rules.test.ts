import { describe, expect, it } from "vitest";
import type { FlagDefinition, FlagsFile, SegmentDefinition } from "../../../src/dev-server";
import { localRules } from "../../../src/dev-server/evaluation/local/local-rules";
import type { UserContext } from "../../../src/flags/types";
import { bothSides } from "./evaluate-locally";

const within = (value: string | string[]) => ({ attribute: "segment", operator: "in", value });
const outside = (value: string | string[]) => ({ attribute: "segment", operator: "not_in", value });
const asks = (attribute: string, operator: string, value?: string | number | string[]) =>
  value === undefined ? { attribute, operator } : { attribute, operator, value };
const pro = asks("plan", "equals", "pro");
const staff = asks("email", "ends_with", "@example.com");

type Segments = Readonly<Record<string, SegmentDefinition>>;

/** A file with one flag, `x`, whose only rule has these conditions. */
function fileOf(
  conditions: readonly ReturnType<typeof asks>[],
  segments: Segments,
  fields: Partial<FlagDefinition> = {},
): FlagsFile {
  const flag = { enabled: true, rollout: 0, rules: [{ id: "r", conditions }], ...fields };
  return { flags: { x: flag }, segments };
}

/** The conditions of the rules that are sent for `x`. */
function sentFor(file: FlagsFile) {
  return localRules(file).flags["x"]?.rules?.map((rule) => rule.conditions);
}

/** Whether `x` is on, on both sides; fails when it is not sent or they disagree. */
function isOn(file: FlagsFile, user: UserContext): boolean | undefined {
  const { client, server } = bothSides(file);
  expect(client(user)).toEqual(server(user));
  return client(user)["x"]?.on;
}

/** Why `x` is not sent. */
function refusal(file: FlagsFile): string | undefined {
  const { flags, problems } = localRules(file);
  expect(flags).toEqual({ x: null });
  expect(problems.map(({ key }) => key)).toEqual(["x"]);
  return problems[0]?.message;
}

describe("a flag without segments", () => {
  it("is sent as it is written, defaults filled in", () => {
    const flag: FlagDefinition = {
      enabled: true,
      type: "string",
      description: "for people",
      targetUsers: ["u"],
      defaultValue: "-",
      variations: [{ id: "v", value: "one" }],
      rules: [
        { conditions: [pro, pro], variationId: "v", rollout: 20 },
        { id: "none", name: "None", enabled: false, conditions: [] },
      ],
    };
    expect(localRules({ flags: { x: flag } }).flags).toEqual({
      x: {
        key: "x",
        enabled: true,
        rollout: 100,
        type: "string",
        targetUsers: ["u"],
        defaultValue: "-",
        variations: [{ id: "v", value: "one" }],
        rules: [
          { id: "rule-1", enabled: true, rollout: 20, conditions: [pro, pro], variationId: "v" },
          { id: "none", name: "None", enabled: false, rollout: 100, conditions: [] },
        ],
      },
    });
  });
});

describe("being in a segment", () => {
  it("becomes a rule for each way to be in, in the rule's place and with its id, rollout and variation", () => {
    const rules = [
      { id: "first", conditions: [pro] },
      { id: "second", rollout: 30, conditions: [within("s"), pro], variationId: "v" },
      { id: "third", conditions: [pro] },
    ];
    const flag: FlagDefinition = { enabled: true, variations: [{ id: "v", value: true }], rules };
    const segments = {
      s: {
        users: ["u1", "u2"],
        conditions: [staff],
        rules: [{ conditions: [asks("age", "gt", 17)] }],
      },
    };
    const file = { flags: { x: flag }, segments };
    const second = { id: "second", enabled: true, rollout: 30, variationId: "v" };
    expect(localRules(file).flags["x"]?.rules).toEqual([
      { id: "first", enabled: true, rollout: 100, conditions: [pro] },
      { ...second, conditions: [asks("id", "regex", "^(?:u1|u2)$"), pro] },
      { ...second, conditions: [staff, pro] },
      { ...second, conditions: [asks("age", "gt", 17), pro] },
      { id: "third", enabled: true, rollout: 100, conditions: [pro] },
    ]);
  });

  it("ends the search for users whom the rule's rollout leaves out", () => {
    const shut = { id: "shut", rollout: 0, conditions: [within("s")] };
    const rules = [shut, { id: "open", conditions: [asks("id", "is_set")] }];
    const file = fileOf([], { s: { users: ["u", "v"] } }, { rules });
    expect(isOn(file, { id: "u" })).toBe(false);
    expect(isOn(file, { id: "w" })).toBe(true);
  });

  it("takes listed ids as they are written, while `in` ignores case", () => {
    const file = fileOf([within("s")], { s: { users: ["Ann", "a.b(c)|[d]^$"] } });
    expect(["Ann", "ann", "ANN", "Anna"].map((id) => isOn(file, { id }))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(isOn(file, { id: "a.b(c)|[d]^$" })).toBe(true);
    expect(isOn(file, { id: "axb(c)|[d]^$" })).toBe(false);
  });

  it("of several is being in any, each way once", () => {
    const file = fileOf([within("a, b")], {
      a: { conditions: [pro] },
      b: { rules: [{ conditions: [pro] }, { conditions: [pro, staff] }] },
    });
    expect(sentFor(file)).toEqual([[pro]]);
  });

  it("of which nobody is a member leaves no rule", () => {
    const unreadable = asks("id", "regex", "(?=x)");
    const file = fileOf([within(["empty", "broken", "none"])], {
      empty: {},
      broken: { conditions: [pro, unreadable] },
      none: { rules: [{ conditions: [] }, { conditions: [within([])] }] },
    });
    expect(sentFor(file)).toEqual([]);
    expect(isOn(file, { id: "u", attributes: { plan: "pro" } })).toBe(false);
  });

  it("is resolved through the segments below", () => {
    const file = fileOf([within("outer")], {
      outer: { rules: [{ conditions: [within("inner"), asks("age", "gte", 18)] }] },
      inner: { conditions: [pro] },
    });
    expect(sentFor(file)).toEqual([[pro, asks("age", "gte", 18)]]);
  });
});

describe("being in no segment", () => {
  it("asks for the opposite of every way to be in", () => {
    const file = fileOf([outside("s")], {
      s: { conditions: [asks("plan", "equals", "pro"), asks("city", "is_set")] },
    });
    expect(sentFor(file)).toEqual([
      [asks("plan", "is_not_set")],
      [asks("plan", "not_equals", "pro")],
      [asks("city", "is_not_set")],
    ]);
  });

  it.each([
    ["equals", "not_equals"],
    ["eq", "neq"],
    ["contains", "not_contains"],
    ["in", "not_in"],
  ])(
    "knows that %s and %s are opposites, and that an unset attribute makes both false",
    (...pair) => {
      for (const [operator, counterpart] of [pair, [...pair].reverse()] as string[][]) {
        const file = fileOf([outside("s")], {
          s: { conditions: [asks("plan", operator ?? "", "pro")] },
        });
        expect(sentFor(file)).toEqual([
          [asks("plan", "is_not_set")],
          [asks("plan", counterpart ?? "", "pro")],
        ]);
        for (const plan of ["pro", "PRO", "free", "", null]) {
          isOn(file, { id: "u", attributes: { plan } });
        }
      }
    },
  );

  it("counts what cannot be read as what nobody is in", () => {
    const file = fileOf([outside("s")], {
      s: { rules: [{ conditions: [asks("plan", "regex", "("), staff] }, { conditions: [] }] },
    });
    expect(sentFor(file)).toEqual([[asks("id", "is_set")]]);
    expect(isOn(file, { id: "u" })).toBe(true);
  });

  it("lets in who differs from a listed id in case only, or by as little as there is", () => {
    const file = fileOf([outside("s")], { s: { users: ["Ann", "Anna", "b-]^\\"] } });
    const ids = ["Ann", "Anna", "b-]^\\", "ann", "ANN", "An", "Annab", "B-]^\\", "b", "x"];
    expect(ids.map((id) => isOn(file, { id }))).toEqual([
      ...[false, false, false],
      ...[true, true, true, true, true, true, true],
    ]);
  });

  it("lets in who has an id that is longer than a pattern can search", () => {
    const file = fileOf([outside("s")], { s: { users: ["ann"] } });
    expect(isOn(file, { id: "x".repeat(5_000) })).toBe(true);
  });

  it("of a segment of outsiders is being in", () => {
    const file = fileOf([outside("guests")], {
      guests: { conditions: [outside("team")] },
      team: { conditions: [staff], users: ["u"] },
    });
    expect(sentFor(file)).toEqual([[asks("id", "regex", "^(?:u)$")], [staff]]);
  });

  it("of no segment at all is asked of everybody", () => {
    expect(sentFor(fileOf([outside([])], {}))).toEqual([[asks("id", "is_set")]]);
    expect(sentFor(fileOf([outside([]), pro], {}))).toEqual([[pro]]);
  });

  it("leaves out what nobody can be: an attribute unset and something", () => {
    const file = fileOf([outside("s"), asks("plan", "is_set")], { s: { conditions: [pro] } });
    expect(sentFor(file)).toEqual([[asks("plan", "not_equals", "pro"), asks("plan", "is_set")]]);
  });
});

describe("many listed users", () => {
  const ids = Array.from({ length: 300 }, (_, index) => `user-${index}`);

  it("are divided among patterns that every evaluator takes", () => {
    for (const ask of [within, outside]) {
      const file = fileOf([ask("s")], { s: { users: ids } });
      const patterns = (sentFor(file) ?? [])
        .flat()
        .filter(({ operator }) => operator === "regex")
        .map(({ value }) => String(value));
      expect(patterns.length).toBeGreaterThan(1);
      expect(patterns.filter((pattern) => Buffer.byteLength(pattern) > 1_000)).toEqual([]);
      const { client, server } = bothSides(file);
      const asked = ["user-7", "user-299", "user-300", "User-7", "user-"];
      expect(asked.map((id) => client({ id }))).toEqual(asked.map((id) => server({ id })));
      const isIn = ask === within;
      const expected = [isIn, isIn, !isIn, !isIn, !isIn];
      expect(asked.map((id) => client({ id })["x"]?.on)).toEqual(expected);
    }
  });
});

describe("a flag that rules cannot express", () => {
  const because = "clients get their default from rules, since";

  it.each(["starts_with", "ends_with", "gt", "less_equal", "regex", "semver_gte"])(
    "is sent as null when it asks for the opposite of %s",
    (operator) => {
      const file = fileOf([outside("s")], { s: { conditions: [asks("v", operator, "1")] } });
      expect(refusal(file)).toBe(
        `${because} none can stand for the segment "s": no operator is the opposite of "${operator}"`,
      );
    },
  );

  it("names the segment that stands in the way, however far below", () => {
    const file = fileOf([within("outer")], {
      outer: { conditions: [outside("middle")] },
      middle: { conditions: [within("inner")] },
      inner: { conditions: [staff] },
    });
    expect(refusal(file)).toContain(
      'the segment "inner": no operator is the opposite of "ends_with"',
    );
  });

  it("is sent as null when it would take more than a hundred rules", () => {
    const groups = (count: number, prefix: string) => ({
      rules: Array.from({ length: count }, (_, n) => ({
        conditions: [asks(`${prefix}${n}`, "is_set")],
      })),
    });
    const why = "it takes more than 100 rules to say who is in";
    expect(sentFor(fileOf([within("s")], { s: groups(100, "s") }))?.length).toBe(100);
    expect(refusal(fileOf([within("s")], { s: groups(101, "s") }))).toBe(
      `${because} none can stand for the segment "s": ${why}`,
    );
    const product = (s: number, t: number) =>
      fileOf([within("s"), within("t")], { s: groups(s, "s"), t: groups(t, "t") });
    expect(sentFor(product(10, 10))?.length).toBe(100);
    expect(refusal(product(10, 11))).toContain(`the segment "s": ${why}`);
  });

  it("is sent as null when a listed id is too long for a pattern", () => {
    const why =
      'none can stand for the segment "s": the id of one of its users is too long for a rule';
    const users = ["x".repeat(1_001)];
    expect(refusal(fileOf([within("s")], { s: { users } }))).toBe(`${because} ${why}`);
    const shorter = ["x".repeat(100)];
    expect(isOn(fileOf([within("s")], { s: { users: shorter } }), { id: "x".repeat(100) })).toBe(
      true,
    );
    expect(refusal(fileOf([outside("s")], { s: { users: shorter } }))).toBe(`${because} ${why}`);
  });

  it("is sent as null when a segment lists more ids than patterns can hold", () => {
    const users = Array.from({ length: 10_000 }, (_, n) => `user-${n}@example.com`);
    expect(refusal(fileOf([outside("s")], { s: { users } }))).toBe(
      `${because} none can stand for the segment "s": it lists too many users`,
    );
    const some = users.slice(0, 1_500);
    expect(localRules(fileOf([outside("s")], { s: { users: some } })).problems).toEqual([]);
  });

  it("is sent as null when its patterns find no room beside those of segments, and flags without patterns are sent", () => {
    // Each within what one pattern may be; together more than an evaluator holds.
    const rules = Array.from({ length: 70 }, (_, n) => ({
      conditions: [asks("a", "regex", `x{1000}y{1000}z{1000}w{900}${n}`)],
    }));
    const flags = {
      patterns: { enabled: true, rules: rules.slice(0, 2) },
      asking: { enabled: true, rules: [{ conditions: [within("s")] }] },
      plain: { enabled: true, rules: [{ conditions: [within("t")] }] },
    };
    const file = { flags, segments: { s: { rules }, t: { conditions: [pro] } } };
    const { flags: sent, problems } = localRules(file);
    expect(Object.keys(sent).filter((key) => sent[key] === null)).toEqual(["patterns", "asking"]);
    expect(problems.map(({ key }) => key)).toEqual(["patterns", "asking"]);
    expect(problems[0]?.message).toBe(
      `${because} the patterns of all flags and segments, and the ids that segments list, are too many together`,
    );
    const fewer = { flags, segments: { s: { rules: rules.slice(0, 60) }, t: {} } };
    expect(localRules(fewer).problems).toEqual([]);
  });

  it("is sent all the same where the question is never asked", () => {
    const segments = { s: { conditions: [staff] } };
    const rules = [{ enabled: false, conditions: [outside("s")] }, { conditions: [pro] }];
    expect(sentFor(fileOf([], segments, { rules }))).toEqual([[pro]]);
    expect(sentFor(fileOf([outside("s")], segments, { enabled: false }))).toEqual([]);
  });
});

describe("the version", () => {
  const version = (file: FlagsFile) => localRules(file).version;

  it("is the same for the same content, whatever the order of keys and listed users", () => {
    const a: FlagsFile = {
      flags: { x: { enabled: true, rules: [{ conditions: [within("s")] }] }, y: { enabled: true } },
      segments: { s: { users: ["u", "v"] } },
    };
    const b: FlagsFile = {
      segments: { s: { users: ["v", "u", "u"] }, unused: {} },
      flags: { y: { enabled: true }, x: { rules: [{ conditions: [within("s")] }], enabled: true } },
    };
    expect(version(a)).toMatch(/^[0-9a-f]{16}$/);
    expect(version(b)).toBe(version(a));
  });

  it("changes with a flag, and with a segment that one asks about", () => {
    const file = (users: string[], rollout: number): FlagsFile =>
      fileOf([within("s")], { s: { users } }, { rollout });
    const versions = [file(["u"], 0), file(["v"], 0), file(["u"], 1)].map(version);
    expect(new Set(versions).size).toBe(3);
  });
});
