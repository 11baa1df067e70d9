import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Flag, MALFORMED_FLAG, makeFlag } from "../../../src/flags/flag";
import type { EvaluationReason } from "../../../src/flags/types";
import {
  type CacheEntry,
  decodeEntry,
  decodeHold,
  encodeEntry,
  encodeHold,
  holdRemaining,
  isMiss,
} from "../../../src/storage";

const about = { confirmedAt: 1_000, context: "c", source: "network" } as const;
const entryOf = (flags: [string, Flag][], more: Partial<CacheEntry> = {}): CacheEntry => ({
  ...about,
  ...more,
  flags: new Map(flags),
});
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));

const reasons: fc.Arbitrary<EvaluationReason> = fc.record(
  {
    kind: fc.constantFrom("OFF", "TARGET_MATCH", "RULE_MATCH", "FALLTHROUGH", "ERROR", "UNKNOWN"),
    ruleId: fc.string(),
    ruleIndex: fc.nat(),
    inRollout: fc.boolean(),
    errorKind: fc.constantFrom("MALFORMED_FLAG", "STALE", "EXCEPTION"),
  },
  { requiredKeys: ["kind"], noNullPrototype: true },
);

const flags: fc.Arbitrary<Flag> = fc.oneof(
  { arbitrary: fc.constant(MALFORMED_FLAG), weight: 1 },
  {
    arbitrary: fc
      .tuple(
        fc.boolean(),
        fc.constantFrom("boolean", "string", "number", "json"),
        json,
        fc.option(reasons, { nil: undefined }),
        fc.option(fc.string(), { nil: undefined }),
      )
      .map(([on, type, value, reason, id]) => makeFlag(on, type, value, reason, id)),
    weight: 5,
  },
);

const keys = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "1", ""));

describe("a persisted entry", () => {
  it("comes back as it was, flags of every kind under any key", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(keys, flags)),
        fc.option(fc.string(), { nil: undefined }),
        fc.constantFrom("network", "stream", "rules", "cache", "bootstrap"),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
        (pairs, etag, source, confirmedAt) => {
          const entry = entryOf(pairs, {
            source,
            confirmedAt,
            ...(etag !== undefined && { etag }),
          });
          const decoded = decodeEntry(encodeEntry(entry)) as CacheEntry;

          expect(decoded).toStrictEqual(entry);
          expect([...decoded.flags.keys()]).toEqual([...entry.flags.keys()]);
        },
      ),
    );
  });

  it("has deeply frozen values and one reason for all that shared one", () => {
    const shared = { kind: "RULE_MATCH", ruleId: "r" } as const;
    const entry = entryOf([
      ["a", makeFlag(true, "json", { list: [{}] }, shared)],
      ["b", makeFlag(true, "json", { list: [{}] }, shared)],
    ]);
    const decoded = (decodeEntry(encodeEntry(entry)) as CacheEntry).flags;
    const [a, b] = [decoded.get("a"), decoded.get("b")];
    const value = a?.value as unknown as { list: object[] };

    expect([value, value.list, value.list[0], a?.reason].every(Object.isFrozen)).toBe(true);
    expect(a?.reason).toBe(b?.reason);
  });

  it("writes flags that are one object once, and makes them one object again", () => {
    const flag = makeFlag(true, "string", "a long value", undefined);
    const text = encodeEntry(entryOf([..."abc"].map((key) => [key, flag])));
    const decoded = (decodeEntry(text) as CacheEntry).flags;

    expect(text.split("a long value")).toHaveLength(2);
    expect(decoded.get("a")).toBe(decoded.get("c"));
    expect(decoded.get("a")).toStrictEqual(flag);
  });

  it("recognises malformed flags as the one that stands for all of them", () => {
    const decoded = decodeEntry(encodeEntry(entryOf([["a", MALFORMED_FLAG]]))) as CacheEntry;

    expect(decoded.flags.get("a")).toBe(MALFORMED_FLAG);
  });
});

const entry = entryOf(
  [
    ["a", makeFlag(true, "boolean", true, { kind: "ERROR", errorKind: "STALE", ruleIndex: 1 })],
    ["b", MALFORMED_FLAG],
    ["c", makeFlag(false, "json", [1], { kind: "OFF", ruleId: "r", inRollout: false }, "v")],
  ],
  { etag: '"1"' },
);
const good = JSON.parse(encodeEntry(entry));

describe("a miss", () => {
  const missOf = (text: unknown) => {
    const answer = decodeEntry(text);
    return isMiss(answer) ? answer.miss : "hit";
  };

  it("tells why", () => {
    expect([
      missOf(undefined),
      missOf(null),
      missOf(""),
      missOf(5),
      missOf(good),
      missOf(encodeEntry(entry).slice(0, -1)),
      missOf("null"),
      missOf("[]"),
      missOf("{}"),
      missOf('{"rollgate":"1"}'),
      missOf('{"rollgate":0}'),
      missOf('{"rollgate":1.5}'),
      missOf(JSON.stringify({ ...good, rollgate: 2 })),
      missOf('{"rollgate":1}'),
      missOf(JSON.stringify(good)),
    ]).toEqual([
      "absent",
      "absent",
      "corrupt",
      "corrupt",
      "corrupt",
      "corrupt",
      "foreign",
      "foreign",
      "foreign",
      "foreign",
      "foreign",
      "foreign",
      "newer",
      "corrupt",
      "hit",
    ]);
  });

  const flagWith = (index: number, value: unknown) =>
    good.flags[2].map((old: unknown, i: number) => (i === index ? value : old));
  const damaged: Record<string, unknown>[] = [
    { etag: 1 },
    { etag: null },
    { confirmedAt: "1" },
    { confirmedAt: null },
    { context: undefined },
    { source: "elsewhere" },
    { source: "constructor" },
    { keys: {} },
    { keys: [["a"]] },
    { keys: [["a", 9]] },
    { keys: [["a", -1]] },
    { keys: [["a", "length"]] },
    { keys: [[1, 0]] },
    { keys: [5] },
    { reasons: undefined },
    { reasons: [null, {}] },
    { reasons: [{ kind: "toString" }, { kind: "OFF" }] },
    { reasons: [{ kind: "OFF", ruleId: 1 }, { kind: "OFF" }] },
    { reasons: [{ kind: "OFF", ruleIndex: "1" }, { kind: "OFF" }] },
    { reasons: [{ kind: "OFF", inRollout: 1 }, { kind: "OFF" }] },
    { reasons: [{ kind: "OFF", errorKind: "NEW" }, { kind: "OFF" }] },
    { flags: "flags" },
    { flags: [good.flags[0], null, {}] },
    { flags: [good.flags[0], null, flagWith(0, 1)] },
    { flags: [good.flags[0], null, flagWith(1, "bool")] },
    { flags: [good.flags[0], null, flagWith(3, 7)] },
    { flags: [good.flags[0], null, flagWith(4, 1)] },
    { flags: [good.flags[0], null, good.flags[2].slice(0, 2)] },
  ];

  it.each(damaged)("is an entry with %j", (damage) => {
    expect(missOf(JSON.stringify({ ...good, ...damage }))).toBe("corrupt");
  });

  it("is an entry whose numbers or depth JSON values cannot have", () => {
    const withValue = (value: string) => JSON.stringify(good).replace("[1]", value);

    expect(missOf(withValue("[2]"))).toBe("hit");
    expect(missOf(withValue("1e999"))).toBe("corrupt");
    expect(missOf(withValue("[".repeat(100_000) + "]".repeat(100_000)))).toBe("corrupt");
    expect(missOf(JSON.stringify(good).replace("1000", "1e999"))).toBe("corrupt");
  });

  it("is anything that was not written by us, without ever throwing", () => {
    const near = fc.record({
      rollgate: fc.constant(1),
      confirmedAt: fc.constant(1),
      context: fc.constant("c"),
      source: fc.constant("network"),
      keys: fc.jsonValue(),
      flags: fc.jsonValue(),
      reasons: fc.jsonValue(),
      miss: fc.constant("x"),
    });
    const texts = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.json(),
      near.map((v) => JSON.stringify(v)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(["absent", "corrupt", "foreign", "newer", "hit"]).toContain(missOf(text));
        expect(isMiss(decodeHold(text))).toBe(true);
      }),
    );
  });
});

describe("a remembered hold", () => {
  it("comes back as it was", () => {
    expect(decodeHold(encodeHold({ until: 1_234 }))).toStrictEqual({ until: 1_234 });
  });

  it("is a miss when it is none", () => {
    expect(decodeHold(undefined)).toEqual({ miss: "absent" });
    expect(decodeHold('{"rollgate":1,"until":"5"}')).toEqual({ miss: "corrupt" });
    expect(decodeHold('{"rollgate":1,"until":1e999}')).toEqual({ miss: "corrupt" });
    expect(decodeHold('{"until":5}')).toEqual({ miss: "foreign" });
    expect(decodeHold('{"rollgate":2,"until":5}')).toEqual({ miss: "newer" });
  });

  it("lasts until its time, but never longer than a server may ask for", () => {
    const hour = 3_600_000;

    expect([
      holdRemaining({ until: 1_500 }, 1_000),
      holdRemaining({ until: 1_000 }, 1_000),
      holdRemaining({ until: 500 }, 1_000),
      holdRemaining({ until: 1_000 + hour }, 1_000),
      holdRemaining({ until: 1_001 + hour }, 1_000),
    ]).toEqual([500, 0, 0, hour, 0]);
  });
});
