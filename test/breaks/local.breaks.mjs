const STORE = "src/client/flag-store.ts";
const CORE = "src/client/core.ts";
const CACHE = "src/client/flag-cache.ts";
const KEPT = "src/client/rules-cache.ts";
const COMPILER = "src/client/rule-compiler.ts";
const EVALUATE = "src/client/evaluate.ts";
const NOTICES = "src/client/notices.ts";
const FRESHNESS = "machines/freshness.machine.ts";
const SERVE = "src/flags/rules/serve.ts";
const OPERATORS = "src/flags/rules/operators.ts";
const COMPILE = "src/flags/rules/compile-rules.ts";
const local = (name) => `test/integration/local/${name}.test.ts`;
const unit = (name) => `test/unit/flags/rules/${name}.test.ts`;

/** Breaks of what PRODUCT and WIRE say of evaluation in the client. */
export default [
  // Restarts
  {
    promise: "rules in storage evaluate for users never seen: their source is the cache",
    file: CORE,
    from: 'source: given === undefined ? "cache" : "bootstrap",',
    to: 'source: "rules",',
    test: local("restart"),
  },
  {
    promise: "rules in storage are as old as their confirmation",
    file: CORE,
    from: "confirmedAt: stored?.confirmedAt ?? clock.now(),",
    to: "confirmedAt: clock.now(),",
    test: local("restart"),
  },
  {
    promise: "rules in storage are stale once they are older than ttlMs",
    file: "machines/client.setup.ts",
    from: "age: load.rulesAge ?? 0 });",
    to: "age: 0 });",
    test: local("restart"),
  },
  {
    promise: "rules older than staleTtlMs serve only after the first fetch failed",
    file: CACHE,
    from: "const grade = entryGrade(rulesAge, this.#options);",
    to: 'const grade = "stale" as "stale" | "expired" | "fresh";',
    test: local("restart"),
  },
  {
    promise: "rules older than staleTtlMs serve after the first fetch failed",
    file: "machines/client.user.ts",
    from: 'actions: [...adoptReserve, "doubtFlags"],',
    to: 'actions: ["doubtFlags"],',
    test: "test/integration/local/restart.test.ts",
  },
  {
    promise: "a stream that vouched for rules keeps them fresh",
    file: NOTICES,
    from: "rulesCache.touch(store.rules.rules.version, clock.now());",
    to: "rulesCache.touch(store.rules.rules.version, store.rules.confirmedAt - 1e9);",
    test: local("restart"),
  },
  {
    promise: "that a stream vouched for rules is read again",
    file: KEPT,
    from: "confirmedAt: Math.max(entry.confirmedAt, touched ?? 0) };",
    to: "confirmedAt: Math.min(entry.confirmedAt, touched ?? Number.POSITIVE_INFINITY) };",
    test: local("restart"),
  },
  {
    promise: "clearCache empties the rules, too",
    file: CORE,
    from: "await this.services.rulesCache.clear();",
    to: "",
    test: local("restart"),
  },
  {
    promise: "newer kept flags of the user stand before older rules",
    file: CACHE,
    from: "entry === undefined || entry.confirmedAt <= rules.confirmedAt",
    to: "entry === undefined || entry.confirmedAt > 0",
    test: local("restart"),
  },
  {
    promise: "rules behind newer kept flags answer for all others",
    file: CACHE,
    from: 'return { ...load, rules: "spare", ...found };',
    to: "return load;",
    test: local("restart"),
  },
  {
    promise: "newer rules stand before older kept flags of the user",
    file: CACHE,
    from: "entry === undefined || entry.confirmedAt <= rules.confirmedAt",
    to: "entry === undefined",
    test: local("restart"),
  },
  {
    promise: "kept rules hold nothing of the current user",
    file: NOTICES,
    from: "rulesCache.remember(received.raw, clock.now());",
    to: "rulesCache.remember({ ...received.raw, flags: { ...received.raw.flags, user: store.user } }, clock.now());",
    test: local("restart"),
  },
  {
    promise: "kept rules of no use are reported once",
    file: "src/client/core.ts",
    from: "this.#found ??= this.#findRules(place.names);",
    to: "this.#found = this.#findRules(place.names);",
    test: "test/integration/local/broken-storage.test.ts",
  },
  {
    promise: "kept rules of no use are a miss",
    file: "src/storage/rules-entry.ts",
    from: 'if (typeof version !== "string" || !isRecord(flags) || !isTime(confirmedAt)) {',
    to: 'if (typeof version !== "string" || !isTime(confirmedAt)) {',
    test: local("broken-storage"),
  },
  {
    promise: "a note of their age that is of no use spoils no rules",
    file: "src/storage/rules-entry.ts",
    from: 'if (isMiss(opened) || opened.content["version"] !== version) return undefined;',
    to: 'if (isMiss(opened) || opened.content["version"] !== version) throw new Error("no");',
    test: local("broken-storage"),
  },
  // What details say
  {
    promise: "details of others have the source of the rules",
    file: STORE,
    from: "return (byRules ? this.#rules : this.#set)?.source",
    to: "return this.#set?.source",
    test: local("sources"),
  },
  {
    promise: "details of others have the age of the rules",
    file: EVALUATE,
    from: "const updatedAt = user === undefined ? store.set?.confirmedAt : store.rules?.confirmedAt;\n  if (updatedAt === undefined) return { value, reason, source, stale, version };",
    to: "const updatedAt = store.set?.confirmedAt;\n  if (updatedAt === undefined) return { value, reason, source, stale, version };",
    test: local("sources"),
  },
  {
    promise: "details of others say whether the rules are stale",
    file: EVALUATE,
    from: "const stale = user === undefined ? store.stale : store.rulesStale;",
    to: "const stale = user === undefined && store.stale;",
    test: local("sources"),
  },
  {
    promise: "an override wins over rules, for others as well",
    file: STORE,
    from: "if (this.#overrides.size > 0 && this.#overrides.has(key)) return slot.flag;",
    to: "",
    test: local("sources"),
  },
  {
    promise: "without rules others get the default, never the current user's value",
    file: STORE,
    from: "if (slot.rule === undefined || this.#rulesExpired) return undefined;",
    to: "if (slot.rule === undefined || this.#rulesExpired) return slot.flag;",
    test: local("sources"),
  },
  // Hostile rules
  {
    promise: "a rule set is survived flag by flag",
    file: COMPILE,
    from: "const flag = attempt(() => compileFlag(",
    to: "const flag = (<T>(action: () => T) => action())(() => compileFlag(",
    test: unit("total"),
  },
  {
    promise: "a flag that cannot be read gives the default, and says so",
    file: COMPILE,
    from: "compiled.set(key, flag ?? fixedFlag(index, MALFORMED_FLAG));",
    to: "if (flag) compiled.set(key, flag);",
    test: local("hostile-rules"),
  },
  {
    promise: "problems of rules are reported once",
    file: COMPILER,
    from: "const news = [...problems].filter((problem) => !this.#told.has(problem));",
    to: "const news = [...problems];",
    test: local("hostile-rules"),
  },
  {
    promise: "problems of rules are reported once, however many",
    file: COMPILER,
    from: "for (const problem of problems) this.#told.add(problem);",
    to: "for (const problem of [...problems].slice(0, MAX_TOLD)) this.#told.add(problem);",
    test: local("hostile-rules"),
  },
  {
    promise: "the report of rules never holds the API key",
    file: COMPILER,
    from: 'this.#options.redact(problems.slice(0, 20).join("; "))',
    to: 'problems.reverse().slice(0, 20).join("; ")',
    test: local("hostile-rules"),
  },
  {
    promise: "a rules event that is too large keeps the old rules in force",
    file: "src/client/services.ts",
    from: "maxEventBytes: config.maxResponseBytes,",
    to: "maxEventBytes: 1e9,",
    test: local("hostile-rules"),
  },
  {
    promise: "a rules event that is invalid keeps the old rules in force",
    file: "src/protocol/stream-event.ts",
    from: 'if (!isRecord(flags)) throw broken(event, "has no `flags` object");',
    to: "",
    test: local("hostile-rules"),
  },
  // Many users
  {
    promise: "each call is evaluated for its own user",
    file: "src/flags/rules/bucket-memo.ts",
    from: "ids[place] === id && ",
    to: 'ids[place] !== "" && ',
    test: "test/unit/flags/rules/bucket-memo.test.ts",
  },
  {
    promise: "each call is evaluated for its own user, whoever is the current one",
    file: STORE,
    from: "return this.#rules?.rules.evaluate(slot.rule, user);",
    to: "return this.#rules?.rules.evaluate(slot.rule, this.user);",
    test: local("many-users"),
  },
  {
    promise: "what users leave behind in memory is bounded",
    file: "src/flags/rules/bucket-memo.ts",
    from: "ids[place] = id;",
    to: "ids[place] = id;\n    (remembered as unknown as { kept: unknown[] }).kept = [\n      (remembered as unknown as { kept: unknown[] }).kept,\n      new Array(1_000).fill(place),\n    ];",
    test: "test/integration/local/many-users.test.ts",
  },
  // Too old
  {
    promise: "rules older than maxStalenessMs answer for nobody",
    file: STORE,
    from: 'this.#rulesExpired = freshness === "expired";',
    to: "this.#rulesExpired = false;",
    test: local("staleness"),
  },
  {
    promise: "flags that are too old do not serve the next user for a moment",
    file: FRESHNESS,
    from: 'guard: { type: "tooOldNow", params: ageOf },\n    target: "expired",\n    actions',
    to: 'guard: { type: "tooOldNow", params: ageOf },\n    target: "stale",\n    actions',
    test: local("staleness"),
  },
  {
    promise: "rules that are too old do not come back with another user",
    file: STORE,
    from: "this.#put({ ...origin, flags, etag: undefined }, this.#rulesExpired);",
    to: "this.#put({ ...origin, flags, etag: undefined }, false);",
    test: local("staleness"),
  },
  {
    promise: "flags that the app gave stand before its rules",
    file: CORE,
    from: "loaded.set === undefined && store.set === undefined);",
    to: "loaded.set === undefined);",
    test: local("staleness"),
  },
  // The evaluator
  {
    promise: "an evaluator that did not load is asked for again",
    file: COMPILER,
    from: "this.#engine ??= await this.#options.load();",
    to: "this.#engine ??= await ((this as { loading?: Promise<RulesEngine> }).loading ??= this.#options.load());",
    test: local("no-evaluator"),
  },
  {
    promise: "an evaluator that did not load is told, with its code",
    file: COMPILER,
    from: 'code: "RULES_NOT_LOADED"',
    to: 'code: "NOT_LOADED"',
    test: local("no-evaluator"),
  },
  {
    promise: "without an evaluator the server is asked",
    file: "machines/client.evaluation.ts",
    from: '            wish("stream"),\n          ],',
    to: "          ],",
    test: "test/integration/local/no-evaluator.test.ts",
  },
  {
    promise: "an evaluator that never comes holds no start up for longer than a second",
    file: CORE,
    from: "await inTime(rules.compile(raw), RULES_PATIENCE_MS, clock, () => {});",
    to: "await inTime(rules.compile(raw), RULES_PATIENCE_MS + 1, clock, () => {});",
    test: local("no-evaluator"),
  },
  // Living
  {
    promise: "in rules mode identify sends nothing",
    file: STORE,
    from: 'return wasLocal ? "evaluated" : "outdated";',
    to: 'return "outdated";',
    test: local("living"),
  },
  {
    promise: "a refresh while the stream vouches for the rules changes nothing",
    file: "machines/client.user.ts",
    from: 'guard: "rulesConfirmed",\n        target: ".telling",',
    to: 'guard: "offline",\n        target: ".telling",',
    test: "test/integration/local/living.test.ts",
  },
  {
    promise: "subscribers hear of what rules change",
    file: STORE,
    from: "      this.#listener.served(changes);",
    to: "      if (!this.#local) this.#listener.served(changes);",
    test: local("living"),
  },
  {
    promise: "subscribers hear nothing of rules that say the same",
    file: STORE,
    from: "if (changes.length > 0) {",
    to: "if (changes.length > 0 || this.#local) {",
    test: local("living"),
  },
  // Values and operators
  {
    promise: "an off typed flag has its defaultValue",
    file: SERVE,
    from: "if (!on) return answer(on, defaultValue ?? ZERO[type], reason);",
    to: "if (!on) return answer(on, ZERO[type], reason);",
    test: unit("own-vectors"),
  },
  {
    promise: "the rule's variation is served",
    file: SERVE,
    from: "const chosen = byId.get(variationId) ?? variations[0];",
    to: "const chosen = variations[0];",
    test: unit("own-vectors"),
  },
  ...["eq", "neq", "gt", "gte", "lt", "lte"].map((alias) => ({
    promise: `an operator is known by its alias: ${alias}`,
    file: OPERATORS,
    from: `["${alias}", `,
    to: `["${alias}_", `,
    test: unit("own-vectors"),
  })),
  {
    promise: "parts of a comma-separated list are trimmed",
    file: OPERATORS,
    from: ".map((part) => part.trim()),",
    to: ",",
    test: unit("own-vectors"),
  },
  {
    promise: "regular expressions take time in proportion to the text",
    file: "src/flags/rules/regex/search-regex.ts",
    from: "if (text.length > MAX_SUBJECT_LENGTH) return false;",
    to: "if (text.length > MAX_SUBJECT_LENGTH) return false;\n  for (let i = 1_000; i < text.length; i += 1_000) searchRegex(program, text.slice(i), onVisit);",
    test: unit("regex/growth"),
  },
];
