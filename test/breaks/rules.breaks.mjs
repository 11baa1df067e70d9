/** Breaks of what is promised of rules in the client: who decides, for whom, and what is kept. */
const EVALUATION = "machines/client.evaluation.ts";
const STORE = "src/client/flag-store.ts";
const MODE = "test/integration/local/rules-mode.test.ts";
const KEPT = "test/integration/local/kept-rules.test.ts";
const MACHINE = "test/machines/rules.test.ts";
const machine = { file: EVALUATION, test: MACHINE };
const store = { file: STORE, test: MODE };
const setup = { file: "machines/client.setup.ts", test: MACHINE };
const user = { file: "machines/client.user.ts", test: MACHINE };
const connection = { file: "machines/connection.machine.ts", test: MACHINE };
const core = { file: "src/client/core.ts", test: KEPT };
const cache = { file: "src/client/rules-cache.ts", test: KEPT };
const grades = { file: "src/client/flag-cache.ts", test: KEPT };
const notices = { file: "src/client/notices.ts", test: MODE };
const browser = { file: EVALUATION, test: "test/browser/rules.test.ts" };

export default [
  // Who decides
  {
    ...store,
    promise: "mode is local while rules decide for the current user",
    from: 'return this.#local ? "local" : "remote";',
    to: 'return this.#rules === undefined ? "remote" : "local";',
  },
  {
    ...store,
    promise: "rules on the stream decide for the current user",
    from: 'source: "rules", ...this.#now() }, true);',
    to: 'source: "rules", ...this.#now() }, this.#set === undefined);',
  },
  {
    ...store,
    promise: "rules on the stream are the details' source",
    from: '{ rules, source: "rules", ',
    to: '{ rules, source: "stream", ',
  },
  {
    ...notices,
    promise: "rules_updated tells of new rules only",
    from: "if (received.rules.version !== before?.version) core",
    to: "core",
  },
  {
    file: "src/client/core.ts",
    test: MODE,
    promise: "rules_updated names the version",
    from: 'this.bridge.emit("rules_updated", rules.version);',
    to: 'this.bridge.emit("rules_updated", before?.version ?? rules.version);',
  },
  {
    ...notices,
    promise: "rule_changed tells of the rules that differ, not of all",
    from: "core.tellRules(received.rules, before);",
    to: "core.tellRules(received.rules, undefined);",
  },
  {
    file: "src/client/core.ts",
    test: "test/integration/local/kept-rules.test.ts",
    promise: "rules from storage are told flag by flag, too",
    from: "this.tellRules(loaded.rules.rules, undefined);",
    to: 'this.bridge.emit("rules_updated", loaded.rules.rules.version);',
  },
  {
    file: "src/flags/rules/changed-flags.ts",
    test: "test/unit/flags/rules/changed-flags.test.ts",
    promise: "a flag that may answer differently for somebody counts as changed",
    from: "isSameChain(a.rule, b.rule, isSameRule)",
    to: "true",
  },
  {
    file: "src/flags/rules/changed-flags.ts",
    test: "test/unit/flags/rules/changed-flags.test.ts",
    promise: "a flag whose rules came again as they were does not count as changed",
    from: "(operand as { pattern?: string }).pattern",
    to: "operand",
  },
  {
    ...machine,
    promise: "while an open stream vouches for the rules, its init asks for nothing",
    from: '"stream.init": {},\n            "fetch.wanted"',
    to: '"fetch.wanted"',
  },
  {
    ...machine,
    promise: "while an open stream vouches for the rules, its notices ask for nothing",
    from: '{ guard: { type: "fromStream", params: ({ event }) => event } },\n',
    to: "",
  },
  {
    ...user,
    promise: "while an open stream vouches for the rules, an answer changes no flags",
    from: 'guard: "rulesConfirmed",\n        target: ".telling"',
    to: 'guard: () => false,\n        target: ".telling"',
  },
  {
    ...user,
    promise: "while an open stream vouches for the rules, a failed fetch puts nothing in doubt",
    from: '{ guard: "rulesConfirmed" }, ',
    to: "",
  },
  {
    ...connection,
    promise: "rules answer for the reopening: no GET follows",
    from: '"stream.rules": { target: "quiet", actions: "notifyRules" },\n                    "stream.changed"',
    to: '"stream.rules": { actions: "notifyRules" },\n                    "stream.changed"',
  },
  {
    ...machine,
    promise: "rules take force only once they are compiled",
    from: 'on: { "stream.rules": ".compiling" },',
    to: 'on: { "stream.rules": { target: ".compiling", actions: { type: "receiveRules", params: { as: "confirmed" } } } },',
  },
  {
    ...machine,
    promise: "of rules that overtake each other the newest win",
    from: 'on: { "stream.rules": ".compiling" },\n  states: {\n    resting: {},',
    to: 'states: {\n    resting: { on: { "stream.rules": "compiling" } },',
  },
  {
    ...browser,
    promise: "an evaluator that cannot be loaded is an error",
    from: '{\n              type: "emitError",\n              params: ({ event }) => ({ error: ensureRollgateError(event.error) }),\n            },\n',
    to: "",
  },
  {
    ...machine,
    promise: "an evaluator that cannot be loaded leaves the decision to the server, which is asked",
    from: '},\n            wish("stream"),\n          ],',
    to: "},\n          ],",
  },
  {
    ...machine,
    promise: "rules whose stream was lost before they were compiled are doubted",
    from: 'on: { "rules.doubted": "streamGone" }',
    to: "on: {}",
  },

  // Other users
  {
    ...store,
    promise: "identify puts the new user's flags in place at once",
    from: "if (this.#rules !== undefined && !(sameId && sameTraits && !wasLocal)) {\n      this.#evaluateRules(this.#rules);",
    to: "if (this.#rules !== undefined && !(sameId && sameTraits && !wasLocal)) {",
  },
  {
    ...store,
    promise: "identify and reset need no request while rules decide",
    from: 'return wasLocal ? "evaluated" : "outdated";',
    to: 'return "outdated";',
  },
  {
    ...setup,
    promise: "the server hears of a user who came meanwhile before it is asked for flags",
    from: '{ type: "user.noted", epoch, identify }',
    to: '{ type: "user.noted", epoch, identify: false }',
  },
  {
    file: "machines/refresh.machine.ts",
    test: MACHINE,
    promise: "a refresh under way when the user changes is made anew, for the new one",
    from: '"user.noted": { target: "admitting", actions: ["tellVoided", adoptUser] },',
    to: "",
  },
  {
    ...machine,
    promise: "rules serve another user until the server was asked",
    from: 'guard: { type: "outdated", params: ({ event }) => event },\n          target: "local"',
    to: "guard: () => false",
  },
  {
    ...store,
    promise: "overrides win for other users, too",
    from: "if (this.#overrides.size > 0 && this.#overrides.has(key)) return slot.flag;",
    to: "",
  },
  {
    ...store,
    promise: "evaluations for another user say where the rules came from",
    from: "(byRules ? this.#rules : this.#set)?.source",
    to: "this.#set?.source",
  },
  {
    file: "src/client/evaluate.ts",
    test: MODE,
    promise: "nobody is not the current user",
    from: "answers.flagFor(slot, key, user ?? undefined);\n  if (slot",
    to: "(user === null ? slot.flag : answers.flagFor(slot, key, user));\n  if (slot",
  },
  {
    file: "src/client/evaluate.ts",
    test: MODE,
    promise: "evaluations for other users are counted",
    from: "flag.malformed) return fallback;\n  countRead(slot, flag);",
    to: "flag.malformed) return fallback;",
  },
  {
    file: "src/client/client.ts",
    test: MODE,
    promise: "getAllFlags takes a user",
    from: "if (user !== undefined) return recordOf(this.#store.flagsFor(user));",
    to: "",
  },
  {
    file: "src/client/client.ts",
    test: MODE,
    promise: "a user that makes no sense is told, and the view answers as for nobody",
    from: "if (named instanceof Error) this.#core.report(named);\n",
    to: "",
  },
  {
    file: "src/client/user-view.ts",
    test: MODE,
    promise: "a view tracks for its own user",
    from: "this.#track(options, this.user?.id);",
    to: "this.#track(options, this.#store.user?.id);",
  },

  // When the stream is lost
  {
    ...setup,
    promise: "when the stream is lost, flags that the server sends serve the current user",
    from: 'enqueue.raise({ type: "key.accepted" });\n        enqueue.raise({ type: "flags.fetched" });',
    to: 'enqueue.raise({ type: "key.accepted" });',
  },
  {
    ...store,
    promise: "when the stream is lost, the rules in hand go on answering for everybody else",
    from: "if (epoch !== this.epoch) return;\n    this.#local = false;",
    to: "if (epoch !== this.epoch) return;\n    this.#local = false;\n    this.#rules = undefined;",
  },
  {
    file: "machines/client.machine.ts",
    test: MODE,
    promise: "when the stream is lost, the rules are doubted",
    from: ', "doubtRules"],',
    to: "],",
  },
  {
    ...machine,
    promise: "a server that now sends flags has a moment to send rules",
    from: '"stream.init": "expecting",\n            "flags.fetched"',
    to: '"flags.fetched"',
  },
  {
    ...machine,
    promise: "a server that now sends flags alone is asked",
    from: 'after: { rulesGrace: { target: "doubtful", actions: wish("stream") } },',
    to: 'after: { rulesGrace: "doubtful" },',
  },
  {
    file: "machines/freshness.machine.ts",
    test: MACHINE,
    promise: "the age of rules is judged apart from the flags'",
    from: 'type: "freshness.changed",\n      of: context.of,',
    to: 'type: "freshness.changed",\n      of: "flags" as const,',
  },

  // What is kept
  {
    ...notices,
    promise: "rules are kept for a restart",
    from: "rulesCache.remember(received.raw, clock.now());",
    to: "",
    test: KEPT,
  },
  {
    ...core,
    promise: "kept rules say so: source is cache",
    from: 'given === undefined ? "cache" : "bootstrap"',
    to: 'given === undefined ? "rules" : "bootstrap"',
  },
  {
    ...core,
    promise: "kept rules are as old as they are",
    from: "confirmedAt: stored?.confirmedAt ?? clock.now()",
    to: "confirmedAt: clock.now()",
  },
  {
    ...setup,
    promise: "kept rules are stale once they are older than ttlMs",
    from: "age: load.rulesAge ?? 0",
    to: "age: 0",
    test: KEPT,
  },
  {
    ...grades,
    promise: "kept rules older than staleTtlMs wait until the server failed",
    from: "const grade = entryGrade(rulesAge, this.#options);",
    to: 'const grade = rulesAge < this.#options.ttlMs ? "fresh" : "stale";',
  },
  {
    ...cache,
    promise: "kept rules are as old as the end of the stream that vouched for them",
    from: "Math.max(entry.confirmedAt, touched ?? 0)",
    to: "entry.confirmedAt",
  },
  {
    ...notices,
    promise: "a stream vouches for the rules until it ends",
    from: "if (store.rules !== undefined) rulesCache.touch(store.rules.rules.version, clock.now());",
    to: "",
    test: KEPT,
  },
  {
    file: "src/storage/rules-entry.ts",
    test: "test/unit/storage/rules-entry.test.ts",
    promise: "a stream vouches for no other version of the rules",
    from: ' || opened.content["version"] !== version',
    to: "",
  },
  {
    ...grades,
    promise: "kept rules stand behind flags that the server sent later",
    from: "entry.confirmedAt <= rules.confirmedAt",
    to: "rules.confirmedAt > 0",
  },
  {
    ...notices,
    promise: "what rules said of a user is not kept as that user's flags",
    from: 'store.set !== undefined && store.mode === "remote"',
    to: "store.set !== undefined",
    test: KEPT,
  },
  {
    ...core,
    promise: "clearCache forgets the kept rules",
    from: "await this.services.rulesCache.clear();",
    to: "",
  },
  {
    ...cache,
    promise: "kept rules that were damaged are told",
    from: 'if (entry.miss !== "absent") report(entryIgnored(entry.miss));',
    to: "",
  },
  {
    file: "src/storage/names.ts",
    test: KEPT,
    promise: "kept rules of another key are nobody's",
    from: "rulesKey: `",
    to: 'rulesKey: "rollgate:any:rules" || `',
  },
  {
    ...core,
    promise: "the app's rules are in force once init was called, behind its flags",
    from: "this.#loaded = { epoch, set: undefined, rules };",
    to: "",
  },
  {
    ...core,
    promise: "the app's rules win over those in storage",
    from: "const raw = given ?? stored;",
    to: "const raw = (await rulesCache.load()) ?? given;",
  },
  {
    ...store,
    promise: "rules older than maxStalenessMs answer for nobody",
    from: "if (slot.rule === undefined || this.#rulesExpired) return undefined;",
    to: "if (slot.rule === undefined) return undefined;",
    test: KEPT,
  },
  {
    ...store,
    promise: "rules older than maxStalenessMs answer for nobody, in getAllFlags",
    from: "this.#rulesExpired ? NO_FLAGS : this.#rules?.rules.evaluateAll(user)",
    to: "this.#rules?.rules.evaluateAll(user)",
    test: KEPT,
  },
  {
    ...store,
    promise: "rules older than maxStalenessMs: the reason is STALE",
    from: 'this.#rulesExpired ? "STALE" : undefined',
    to: 'this.#rulesExpired ? "RULES_NOT_AVAILABLE" : undefined',
    test: KEPT,
  },

  // What cannot be evaluated
  {
    promise: "rules that cannot be evaluated are told",
    file: "src/client/rule-compiler.ts",
    from: "if (news.length > 0) this.#options.report(this.#errorOf(news));",
    to: "",
    test: "test/integration/local/kept-rules.test.ts",
  },
  {
    promise: "rules that cannot be evaluated are told once",
    file: "src/client/rule-compiler.ts",
    from: ".filter((problem) => !this.#told.has(problem))",
    to: "",
    test: "test/integration/local/kept-rules.test.ts",
  },
];
