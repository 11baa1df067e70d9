/** Breaks of what docs/shared-storage.md promises. */
const folder = "test/integration/shared-storage/";
const contract = `${folder}contract.test.ts`;
const fleet = `${folder}fleet.test.ts`;
const neverBack = `${folder}never-back.test.ts`;
const times = "test/integration/client/stored-times.test.ts";
const script = { file: "src/storage-adapters/by-script.ts", test: `${folder}redis.test.ts` };
const version = { file: "src/storage-adapters/by-version.ts", test: `${folder}folder.test.ts` };
const driver = { file: "src/storage-adapters/driver.ts", test: `${folder}redis.test.ts` };
const unit = "test/unit/storage-adapters/shared-storage.test.ts";
const flags = { file: "src/client/flag-cache.ts", test: times };
const rules = { file: "src/client/rules-cache.ts", test: times };

export default [
  // In Redis
  {
    ...script,
    promise: "in Redis a process that slept replaces nothing newer",
    from: "tonumber(known) > at then",
    to: "tonumber(known) < 0 then",
    test: neverBack,
  },
  {
    ...script,
    promise: "a machine whose clock is ahead does not shut the others out of Redis",
    from: "math.min(tonumber(ARGV[1]), now)",
    to: "tonumber(ARGV[1])",
  },
  {
    ...script,
    promise: "Redis forgets a text a week after its time",
    from: "local left = at + tonumber(ARGV[2]) - now",
    to: "local left = tonumber(ARGV[2])",
  },
  {
    ...script,
    promise: "a text lies in Redis where the base of its driver says",
    from: 'const { base = "" } = options as',
    to: 'const { nothing: base = "" } = options as',
  },
  {
    ...driver,
    promise: "Redis is asked once for what is asked for in one turn",
    from: "if (getItems === undefined || inCluster)",
    to: "if (getItems !== undefined || inCluster)",
  },
  {
    ...driver,
    promise: "a cluster is asked key by key",
    from: "?.cluster !== undefined",
    to: "?.cluster === null",
  },

  // With other drivers
  {
    ...version,
    promise: "in a folder a process that slept removes nothing newer",
    from: "one.name < own",
    to: "one.name !== own",
    test: neverBack,
  },
  {
    ...version,
    promise: "of several texts the newest counts",
    from: "(a.name < b.name ? 1 : -1)",
    to: "(a.name < b.name ? -1 : 1)",
    test: contract,
  },
  {
    ...version,
    promise: "no reader sees an older text after a newer one, in any order of steps",
    from: 'if (value === undefined) return "gone";',
    to: "if (value === undefined) continue;",
    test: "test/properties/shared-storage.test.ts",
  },
  {
    ...version,
    promise: "a text that was replaced before it could be read is looked for again",
    from: "const MAX_LOOKS = 5;",
    to: "const MAX_LOOKS = 1;",
  },
  {
    promise: "a torn text is not read",
    file: "src/storage-adapters/stamp.ts",
    from: "const whole = value.length === head.length + Number(length) + 1;",
    to: "const whole = length !== undefined;",
    test: version.test,
  },
  {
    ...version,
    promise: "with any driver a text is forgotten a week after its time",
    from: "at + ttlMs > now()",
    to: "at + ttlMs > 0",
  },
  {
    ...version,
    promise: "what nobody wrote for a week is removed in passing",
    from: "await remove([...older, ...dead]);",
    to: "await remove([...older, ...dead.slice(MAX_SWEPT)]);",
  },
  {
    ...version,
    promise: "what was written before is removed",
    from: "await remove([...older, ...dead]);",
    to: "await remove([...older.slice(MAX_SWEPT), ...dead]);",
  },
  {
    ...version,
    promise: "a folder of files is not searched to its depths",
    from: '{ maxDepth: start.split(":").length - 1 }',
    to: '{ maxDepth: start.split(":").length + 9 }',
  },
  {
    ...version,
    promise: "texts of a folder lie in one folder",
    from: "driver.flags?.maxDepth === true",
    to: "driver.flags?.maxDepth === undefined",
  },
  {
    ...version,
    promise: "a driver is told how long to keep a text",
    from: "{ ttl: Math.ceil(left / 1_000) }",
    to: "{ ttl: Math.ceil(ttlMs / 1_000) }",
    test: unit,
  },
  {
    ...version,
    promise: "a driver lists no more than the prefix asks for",
    from: "start + baseOf(prefix)",
    to: "start",
    test: unit,
  },
  {
    promise: "an error that a driver gives as an item is told",
    file: "src/storage-adapters/driver.ts",
    from: "if (value instanceof Error) throw value;",
    to: "",
    test: unit,
  },
  {
    promise: "a storage's driver is the one that the prefix is mounted at",
    file: "src/storage-adapters/driver.ts",
    from: "start: start.slice(base.length)",
    to: "start: start.slice(0)",
    test: unit,
  },
  {
    promise: "no two keys share a name",
    file: "src/storage-adapters/key-names.ts",
    from: "/[.!'()*~]/g",
    to: "/[!'()*~]/g",
    test: contract,
  },

  // A fleet
  {
    ...flags,
    promise: "a storage is told when the server confirmed flags",
    from: "{ at: entry.confirmedAt }",
    to: "{}",
  },
  {
    ...flags,
    promise: "a storage is told when a Retry-After began",
    from: "encodeHold({ until }), { at }",
    to: "encodeHold({ until }), { at: until }",
  },
  {
    ...rules,
    promise: "a storage is told when rules came",
    from: "encodeRules(rules), { at: rules.confirmedAt }",
    to: "encodeRules(rules)",
  },
  {
    ...rules,
    promise: "a storage is told when rules were vouched for last",
    from: "encodeRulesTouch(touched), { at }",
    to: "encodeRulesTouch(touched)",
  },
  {
    promise: "a storage is told how new a text is also when it is written late",
    file: "src/storage/safe.ts",
    from: "storage.set(key, value, about)",
    to: "storage.set(key, value)",
    test: "test/unit/storage/safe.test.ts",
  },
  {
    promise: "a storage is waited for as long as it says",
    file: "src/client/services.ts",
    from: "timeoutMs !== undefined && { timeoutMs }",
    to: "timeoutMs === 0 && { timeoutMs }",
    test: "test/integration/local/broken-storage.test.ts",
  },
  {
    promise: "what a storage refused it is given once it takes something again",
    file: "src/storage/safe.ts",
    from: "unsaved.settle(change);\n    void writeWaiting();",
    to: "unsaved.settle(change);",
    test: `${folder}trouble.test.ts`,
  },
  {
    ...rules,
    promise: "rules that a stream vouches for are not forgotten",
    from: "if (at - this.#writtenAt < RENEWAL_MS) return;",
    to: "if (at > 0) return;",
  },
  {
    ...rules,
    promise: "rules are not renewed in the place of others",
    from: " || entry.version !== touched.version",
    to: "",
  },
  {
    ...flags,
    promise: "a user who comes back gets what another process fetched meanwhile",
    from: "age(stored) < age(remembered) ? stored : remembered",
    to: "age(stored) < 0 ? stored : remembered",
    test: fleet,
  },
  {
    ...flags,
    promise: "a user who comes back gets nothing older than this process has",
    from: "age(stored) < age(remembered) ? stored : remembered",
    to: "age(stored) >= 0 ? stored : remembered",
    test: fleet,
  },
  {
    promise: "a start asks for rules and flags in one turn",
    file: "src/client/core.ts",
    from: "const reading = cache.read(",
    to: "await this.#found;\n    const reading = cache.read(",
    test: script.test,
  },
  {
    ...rules,
    promise: "a start asks for all of the rules in one turn",
    from: "await Promise.all([storage.get(rulesKey), storage.get(rulesTouchKey)])",
    to: "[await storage.get(rulesKey), await storage.get(rulesTouchKey)]",
    test: script.test,
  },
  {
    promise: "unsent events are not kept in a shared storage",
    file: "src/config/resolve.ts",
    from: " && storage.shared !== true",
    to: "",
    test: `${folder}unsent-events.test.ts`,
  },
  {
    promise: "a storage of a fleet says that it is shared",
    file: "src/storage-adapters/shared-storage.ts",
    from: "    shared: true,",
    to: "    shared: false,",
    test: `${folder}unsent-events.test.ts`,
  },
];
