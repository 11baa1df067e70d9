/** Breaks of what docs/openfeature.md promises. */
const ATTRIBUTES = "test/unit/openfeature/attributes.test.ts";
const RESOLUTION = "test/unit/openfeature/resolution.test.ts";
const SERVER = "test/integration/openfeature/server.test.ts";
const SERVER_EVENTS = "test/integration/openfeature/server-events.test.ts";
const WEB = "test/integration/openfeature/web.test.ts";
const WEB_EVENTS = "test/integration/openfeature/web-events.test.ts";
const BROWSER = "test/browser/openfeature.test.ts";

const broken = (name, test) => (promise, from, to) => ({
  promise: `OpenFeature: ${promise}`,
  file: `src/openfeature/${name}.ts`,
  from,
  to,
  test,
});
const attributes = broken("attributes", ATTRIBUTES);
const user = broken("user-of-context", ATTRIBUTES);
const resolution = broken("resolution", RESOLUTION);
const server = broken("server", SERVER);
const serverEvents = broken("server", SERVER_EVENTS);
const web = broken("web", WEB);
const watch = broken("watch", WEB_EVENTS);
const standing = broken("standing", WEB_EVENTS);

export default [
  // The context
  attributes(
    "a name that is spelt out wins over one that is put together",
    "if (attribute !== undefined && !found.has(key))",
    "if (attribute !== undefined)",
  ),
  attributes("circles are left", "if (!path.includes(value)) collect", "collect"),
  attributes("objects are looked into so many levels deep", "MAX_DEPTH = 8", "MAX_DEPTH = 9"),
  attributes("so many attributes are taken", "if (found.size >= MAX_ATTRIBUTES) return;", ""),
  attributes("a wide context ends", "if (left.objects-- <= 0) return;", ""),
  attributes(
    "prototype names are names like any other",
    "return Object.fromEntries(found);",
    "const own: Record<string, Attribute> = {};\n  for (const [key, value] of found) own[key] = value;\n  return own;",
  ),
  attributes(
    "numbers that are none are left out",
    "return Number.isFinite(value) ? value : undefined;",
    "return value;",
  ),
  attributes(
    "dates are ISO 8601",
    "{ attribute: value.toISOString() }",
    "{ attribute: String(value) }",
  ),
  user(
    "an empty targeting key is none",
    'typeof value === "string" && value !== "" ? value',
    'typeof value === "string" ? value',
  ),
  user(
    "users differ by every attribute",
    "names.length === Object.keys(other).length && names",
    "names",
  ),
  user("users differ by their e-mail", " || a?.email !== b?.email", ""),
  {
    ...user("an e-mail that is no text is an attribute", "", ""),
    from: "email === undefined ? KEY_ONLY : KEY_AND_EMAIL",
    to: "KEY_AND_EMAIL",
  },

  // Answers
  resolution("what is off is DISABLED", "StandardResolutionReasons.DISABLED", '"OFF"'),
  resolution(
    "what may be out of date is STALE",
    "return stale ? StandardResolutionReasons.STALE : reason;",
    "void stale;\n  return reason;",
  ),
  resolution(
    "an override is STATIC",
    'if (source === "override") return StandardResolutionReasons.STATIC;',
    "void source;",
  ),
  resolution(
    "an unknown flag is FLAG_NOT_FOUND",
    'if (reason.kind === "UNKNOWN") return failed(value, FLAG_NOT_FOUND, flagMetadata);',
    "",
  ),
  resolution(
    "the variation is the variant",
    "...(variationId !== undefined && { variant: variationId }),",
    "...(variationId === undefined && { variant: variationId }),",
  ),
  resolution(
    "a text is no boolean",
    'if (typeof value === "boolean") return',
    "if (value !== undefined) return",
  ),
  {
    ...resolution("without rules an answer says what to do", "", ""),
    from: "Set `enableStreaming: true`, and let",
    to: "Let",
    test: SERVER,
  },

  // On a server
  server(
    "each call is evaluated for its own user",
    "return evaluate(isSameUser(user, own) ? undefined : user);",
    "return evaluate(undefined);",
  ),
  server(
    "a client's own user gets the client's own flags",
    "return evaluate(isSameUser(user, own) ? undefined : user);",
    "return evaluate(user);",
  ),
  server(
    "attributes without a targeting key are an error",
    "return isNobody && own === undefined",
    "return own === undefined",
  ),
  server(
    "nobody does not get the flags of the client's user",
    "return isNobody && own === undefined",
    "return isNobody",
  ),
  server(
    "initialize waits for rules",
    "if (this.#rulesTimeoutMs > 0) await rulesArrived(this.client, this.#rulesTimeoutMs);",
    "",
  ),
  server(
    "a client of its own has streaming and typed flags on",
    "{ enableStreaming: true, typedFlags: true }",
    "{ typedFlags: true }",
  ),
  server(
    "flags are enough where rules are not missed",
    'return rules === "empty" && this.#rulesTimeoutMs === 0 ? freshness : rules;',
    "void freshness;\n    return rules;",
  ),
  server(
    "options that make no sense are refused",
    "if (!(rulesTimeoutMs >= 0 && rulesTimeoutMs <= MAX_TIMEOUT_MS)) {",
    "if (rulesTimeoutMs > MAX_TIMEOUT_MS) {",
  ),
  serverEvents(
    "new rules are told with the flags whose rules differ",
    'changes: ["flag_changed", "rule_changed"],',
    'changes: ["flag_changed"],',
  ),
  serverEvents(
    "the age of rules decides how a server's provider stands",
    "standingOf(state, this.#ageOf(state))",
    "standingOf(state, state.freshness)",
  ),
  serverEvents(
    "a client of its own is closed",
    "return this.#own.release();",
    "return Promise.resolve();",
  ),
  serverEvents(
    "a provider that was replaced leaves its client",
    "    this.#watch.stop();\n    return this.#own",
    "    return this.#own",
  ),
  {
    ...broken("client-source", SERVER_EVENTS)("a client that was given is not closed", "", ""),
    from: "release: () => Promise.resolve()",
    to: "release: () => source.close()",
  },
  {
    ...broken("rules-arrived", SERVER_EVENTS)("what waits for rules ends with the client", "", ""),
    from: ', client.on("closed", missing)',
    to: "",
  },
  {
    ...broken("failures", SERVER_EVENTS)("a refused key is fatal at the start", "", ""),
    from: "return isAuthenticationError(cause)",
    to: "return cause === undefined",
  },
  {
    ...broken("track", SERVER_EVENTS)("an event is the context's user's", "", ""),
    from: "const userId = userIdOf(context);",
    to: "const userId = userIdOf({ ...context, targetingKey: undefined as never });",
  },
  {
    ...broken("track", SERVER_EVENTS)("what is told beside the flag is metadata", "", ""),
    from: "const { flagKey, variationId, value, ...metadata } = details;",
    to: "const { flagKey, variationId, value } = details;\n  const metadata = {};",
  },

  // In a browser
  web(
    "the context names the client's user at the start",
    "this.#start(subjectOf(context).user)",
    "this.#start(subjectOf({}).user)",
  ),
  web(
    "a client that runs already gets the context's user",
    "return isNamed ? started : client.identify(user);",
    "return isNamed || client.isReady ? started : client.identify(user);",
  ),
  web(
    "a context without a user resets",
    "user === undefined ? client.reset() : client.identify(user)",
    "client.identify(user ?? (client.user as UserContext))",
  ),
  {
    ...web("nobody sees another user's value, from the call on", "", ""),
    from: "user === undefined ? client.reset() : client.identify(user)",
    to: "Promise.resolve().then(() => user === undefined ? client.reset() : client.identify(user))",
    test: "test/integration/openfeature/web-interleavings.test.ts",
  },
  {
    ...server("an answer is that of the context's user, whatever the rules", "", ""),
    from: "const { user, isNobody } = subjectOf(context);",
    to: "const { user, isNobody } = subjectOf({ ...context, age: 1 });",
    test: "test/integration/openfeature/server-agreement.test.ts",
  },
  web(
    "a context that names the same user asks for nothing",
    "if (client.isReady && isSameUser(user, client.user)) return this.#watch.believedReady();",
    "",
  ),
  web(
    "a context whose change failed is tried again",
    "if (client.isReady && isSameUser(user, client.user))",
    "if (isSameUser(user, client.user))",
  ),
  web(
    "one provider serves one domain",
    "readonly domainScoped = true;",
    "readonly domainScoped = false;",
  ),
  {
    ...web("components render again for the flags that they read", "", ""),
    from: 'changes: ["flag_changed"],',
    to: "changes: [],",
    test: BROWSER,
  },

  // Events
  watch(
    "an update is one event with its flags",
    "if (flagsChanged.length > 0) return { flagsChanged };",
    "",
  ),
  watch(
    "what is withheld is told, though no flag changed",
    "return differs ? {} : undefined;",
    "return differs && flagsChanged.length > 0 ? {} : undefined;",
  ),
  watch(
    "the SDK tells of the start by itself",
    "    // The SDK tells of new flags by itself.\n    this.#takeChanges();\n",
    "",
  ),
  watch("nothing is told twice", "if (standing === this.#told) return;", ""),
  watch(
    "the same context again hides nothing",
    '    this.#told = "ready";\n    this.#lookSoon();\n',
    "",
  ),
  watch(
    "a refused key is fatal for a user without flags",
    'code === ErrorCode.PROVIDER_FATAL ? whenRefused : "empty"',
    'code === ErrorCode.PROVIDER_FATAL ? "refusedEmpty" : whenRefused',
  ),
  {
    ...watch("a change that the SDK waits for is told by the SDK alone", "", ""),
    from: "if (this.#awaited > 0 || this.#subscriptions",
    to: "if (this.#subscriptions",
    test: WEB,
  },
  standing(
    "flags that have grown old are STALE",
    'return age === "stale" ? "stale" : "ready";',
    'return "ready";',
  ),
  standing(
    "flags that are withheld are an ERROR",
    'age !== "empty" && age !== "expired"',
    'age !== "empty"',
  ),
  standing(
    "a refused key does not switch off what serves",
    'return serves ? "refusedServing" : "refusedEmpty";',
    'return "refusedEmpty";',
  ),
];
