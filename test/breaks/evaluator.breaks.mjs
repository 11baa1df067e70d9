/** Breaks of what is promised of the evaluator: the same result as the server's, whatever it is given. */
const folder = "src/flags/rules";
const unit = (name) => `test/unit/flags/rules/${name}.test.ts`;
const at = (file, test) => ({ file: `${folder}/${file}.ts`, test: unit(test) });
const rollout = at("evaluate-flag", "rollout");
const operators = at("operators", "vectors");
const flag = at("compile-flag", "hostile");
const rule = at("compile-rule", "hostile-rules");
const serve = at("serve", "serve");

export default [
  // The order of the search
  {
    promise: "target users come first",
    file: "src/flags/rules/evaluate-flag.ts",
    from: 'if (flag.targets !== undefined && id !== "" && flag.targets.has(id)) return flag.targeted;',
    to: "",
    test: "test/unit/flags/rules/vectors.test.ts",
  },
  {
    promise: "the first rule that matches decides",
    file: "src/flags/rules/evaluate-flag.ts",
    from: "if (holdAll(rule.condition, user, last)) return rule;",
    to: "if (holdAll(rule.condition, user, last) && rule.rollout > 0) return rule;",
    test: "test/unit/flags/rules/vectors.test.ts",
  },
  {
    promise: "all conditions of a rule must hold",
    file: "src/flags/rules/evaluate-flag.ts",
    from: "return condition === undefined;",
    to: "return condition !== first;",
    test: "test/unit/flags/rules/vectors.test.ts",
  },
  {
    ...rule,
    promise: "a rule without conditions never matches",
    from: "if (condition === undefined) return undefined;",
    to: "",
  },
  {
    ...rule,
    promise: "a disabled rule never matches",
    from: 'if (isRecord(raw) && raw["enabled"] === false) return undefined;\n  const list = isRecord(raw) && raw["enabled"] === true',
    to: 'const list = isRecord(raw) && typeof raw["enabled"] === "boolean"',
  },
  {
    promise: "all rules and conditions are asked",
    file: "src/flags/rules/chain.ts",
    from: "items[index + 1]",
    to: "undefined",
    test: "test/unit/flags/rules/vectors.test.ts",
  },

  // Rollouts
  {
    ...rollout,
    promise: "a rollout lets users below it in",
    from: "bucketOf(flag, id) < rollout",
    to: "bucketOf(flag, id) <= rollout",
  },
  {
    ...rollout,
    promise: "a rollout of 100 lets everybody in, without an id, too",
    from: "if (rollout >= 100) return inside;",
    to: "",
  },
  {
    ...rollout,
    promise: "without an id a user is outside of partial rollouts",
    from: 'rollout > 0 && id !== "" && ',
    to: "rollout > 0 && ",
  },
  {
    ...at("compile-flag", "vectors"),
    promise: "buckets depend on the flag's own key",
    from: 'typeof raw["key"] === "string" ? raw["key"] : key',
    to: '""',
  },
  {
    ...at("sha256-bucket", "bucket"),
    promise: "buckets are those of SHA-256, unsigned",
    from: "(first >>> 0) % 100",
    to: "Math.abs(first | 0) % 100",
  },
  {
    ...at("sha256-bucket", "bucket"),
    promise: "buckets are of the UTF-8 form",
    from: "encoder.encode(text)",
    to: "Uint8Array.from(text, (character) => character.charCodeAt(0))",
  },
  {
    promise: "remembered buckets are of the user",
    file: "src/flags/rules/bucket-memo.ts",
    from: "ids[place] === id && ",
    to: "",
    test: "test/unit/flags/rules/bucket-memo.test.ts",
  },
  {
    promise: "remembered buckets are of the flag",
    file: "src/flags/rules/bucket-memo.ts",
    from: " && cell >> BITS === flag.index",
    to: "",
    test: "test/unit/flags/rules/bucket-memo.test.ts",
  },
  {
    promise: "buckets are remembered",
    file: "src/flags/rules/bucket-memo.ts",
    from: "ids[place] = id;",
    to: "",
    test: "test/unit/flags/rules/bucket-memo.test.ts",
  },

  // Conditions
  ...[
    ...["not_contains", "contains", "starts_with", "ends_with"].map((name) => [name, "vectors"]),
    ...["equals", "not_equals", "eq", "neq", "gt", "gte", "lt", "lte"].map((name) => [name]),
    ...["greater_than", "greater_equal", "less_than", "less_equal", "regex"].map((name) => [name]),
    ...["eq", "gt", "gte", "lt", "lte"].map((name) => [`semver_${name}`, "numbers"]),
  ].map(([name, test = "operators"]) => ({
    ...at("operators", test),
    promise: `the operator ${name}`,
    from: `["${name}", `,
    to: `["no_${name}", `,
  })),
  {
    ...operators,
    promise: "the operator in",
    from: '["in", ',
    to: '["no_in", ',
  },
  {
    ...operators,
    promise: "the operator not_in",
    from: "!members.has(toText(value))",
    to: "false",
  },
  {
    ...operators,
    promise: "a text is a list for `in`, split at commas and trimmed",
    from: ".map((part) => part.trim())",
    to: "",
  },
  {
    ...at("operators", "presence"),
    promise: "an attribute that is not set fails every operator but is_not_set",
    file: `${folder}/compile-condition.ts`,
    from: "return question && condition(attribute, false, question);",
    to: 'return question && condition(attribute, operator === "not_equals", question);',
  },
  {
    ...at("scalar", "presence"),
    promise: "the empty text is not set",
    from: 'if (value === "" || !isScalar(value))',
    to: "if (!isScalar(value))",
  },
  {
    ...at("attribute", "presence"),
    promise: "attributes are own ones",
    from: "if (!Object.hasOwn(attributes, name)) return undefined;",
    to: "if (!(name in attributes)) return undefined;",
  },
  {
    ...at("attribute", "own-attributes"),
    promise: "attributes are own ones, whichever was asked for before",
    from: "if (attributes !== last.of || name !== last.name) {",
    to: "if (attributes !== last.of) {",
  },
  {
    ...at("bucket-memo", "bucket-memo"),
    promise: "the bucket a flag remembers is that of one user",
    from: "if (flag.lastId === id) return flag.lastBucket;",
    to: 'if (flag.lastId !== "") return flag.lastBucket;',
  },
  {
    ...at("text", "text"),
    promise: "texts are compared in lower case as Go has it",
    from: '.replaceAll("İ", "i")',
    to: "",
  },
  {
    ...at("number", "numbers"),
    promise: "numbers are what a text begins with",
    from: "Number.parseFloat(String(value))",
    to: "Number(value)",
  },
  {
    ...at("number", "numbers"),
    promise: "Infinity is no number",
    from: "return Number.isFinite(number) ? number : undefined;",
    to: "return Number.isNaN(number) ? undefined : number;",
  },
  {
    ...at("semver", "numbers"),
    promise: "missing parts of a version count as 0",
    from: "i < Math.max(a.length, b.length)",
    to: "i < Math.min(a.length, b.length)",
  },

  // Patterns
  {
    ...at("regex/search-regex", "regex/go"),
    promise: "patterns mean what Go's regexp means by them",
    file: `${folder}/regex/limits.ts`,
    from: "MAX_REPEAT = 1_000",
    to: "MAX_REPEAT = 1_001",
  },
  {
    ...at("regex/limits", "regex/limits"),
    promise: "patterns are bounded in length",
    from: "MAX_PATTERN_LENGTH = 1_024",
    to: "MAX_PATTERN_LENGTH = 1_025",
  },
  {
    ...at("regex/limits", "regex/limits"),
    promise: "texts that patterns search are bounded in length",
    from: "MAX_SUBJECT_LENGTH = 4_096",
    to: "MAX_SUBJECT_LENGTH = 8_192",
  },
  {
    ...at("regex/limits", "regex/limits"),
    promise: "patterns are bounded in states",
    from: "MAX_STATES = 5_000",
    to: "MAX_STATES = 50_000",
  },
  {
    ...at("patterns", "hostile-rules"),
    promise: "a pattern outside RE2 is reported once",
    from: "if (known) return known;",
    to: "if (known && known !== never) return known;",
  },

  // What is served
  {
    ...serve,
    promise: "a typed flag serves the variation that the rule names",
    from: "byId.get(variationId) ?? variations[0]",
    to: "variations[0]",
  },
  {
    ...serve,
    promise: "a typed flag serves the first variation when the rule's is unknown",
    from: "byId.get(variationId) ?? variations[0]",
    to: "byId.get(variationId)",
  },
  {
    ...serve,
    promise: "a typed flag that is off serves its default value",
    from: "defaultValue ?? ZERO[type]",
    to: "ZERO[type]",
  },
  {
    ...serve,
    promise: "a value of another type makes the answer malformed",
    from: "return typeof value === type && value",
    to: "return value",
  },
  {
    ...serve,
    promise: "served values are deeply frozen",
    from: "values.filter((value) => !freezeJson(value))",
    to: "values.filter((value) => !freezeJson(structuredClone(value)))",
  },

  // Whatever it is given
  {
    ...at("compile-rules", "hostile"),
    promise: "a flag that cannot be read spoils no other",
    from: "flag ?? fixedFlag(index, MALFORMED_FLAG)",
    to: "flag ?? compileFlag(key, index, { enabled: true, rollout: 100 }, compilePattern, tell)!",
  },
  {
    ...at("compile-rules", "hostile"),
    promise: "a flag that cannot be read is reported",
    from: 'if (!flag) tell("the flag");',
    to: "",
  },
  {
    ...flag,
    promise: "a rollout that cannot be read makes the flag malformed",
    from: ' || typeof rollout !== "number"',
    to: "",
  },
  {
    ...rule,
    promise: "a condition that cannot be read never matches",
    from: "}]`);\n      return undefined;",
    to: "}]`);\n      continue;",
  },
  {
    ...rule,
    promise: "a rule's rollout that cannot be read lets nobody in",
    from: 'rollout: typeof rollout === "number" ? rollout : 0,',
    to: 'rollout: typeof rollout === "number" ? rollout : 100,',
  },
  {
    ...at("compile-rules", "total"),
    promise: "rules never throw while they are compiled",
    from: "const flag = attempt(() => compileFlag(key, index, raw[key], compilePattern, tell));",
    to: "const flag = compileFlag(key, index, raw[key], compilePattern, tell);",
  },
  {
    ...at("evaluate-flag", "total"),
    promise: "a user that throws is an ERROR: EXCEPTION",
    from: 'errorKind: "EXCEPTION" } as const',
    to: 'errorKind: "MALFORMED_FLAG" } as const',
  },
];
