/** Breaks of what PRODUCT says of each member of the client, and of the lists that must be complete. */
const TEST = "test/integration/config/api.test.ts";
const CLIENT = "src/client/client.ts";

const member = (promise, from, to, file = CLIENT) => ({ promise, file, from, to, test: TEST });

/** Leaves something out. */
const without = (promise, from, file) => member(promise, from, "", file);

export default [
  without(
    "init: further calls get the same promise",
    "if (core.initPromise !== undefined) return core.initPromise;",
  ),
  member("isEnabled: the flag's value", "return flag.on;", "return !flag.on;"),
  member(
    "isEnabledDetail: its detail",
    "return enabledDetail(this.#store, key,",
    'return enabledDetail(this.#store, "",',
  ),
  member("getString: strings", 'this.#value(key, "string"', 'this.#value(key, "number"'),
  member("getNumber: numbers", 'this.#value(key, "number"', 'this.#value(key, "string"'),
  member("getJson: JSON", 'this.#value(key, "json"', 'this.#value(key, "string"'),
  member("getValue: any type", "this.#value(key, undefined", 'this.#value(key, "json"'),
  member(
    "getAllFlags: frozen, without a prototype",
    "return this.#store.record();",
    "return { ...this.#store.record() };",
  ),
  member("identify: the user that was named", ": this.#swap(named);", ": this.#swap(undefined);"),
  member("reset: no user", "return this.#swap(undefined);", "return Promise.resolve();"),
  member("user: the current one", "return this.#store.user;", "return undefined;"),
  member("isReady: flags in hand", "return this.#store.set !== undefined;", "return true;"),
  member(
    "refresh: rejects when it fails",
    'this.#core.send({ type: "refresh" });\n      return promise;',
    'this.#core.send({ type: "refresh" });',
  ),
  member("track: of the current user", "this.#store.user?.id", "undefined"),
  member("flushEvents: sends what is queued", "if (queue.size === 0) return", "return"),
  member(
    "getEventStats: the account",
    "return this.#core.services.queue.stats();",
    "return { ...this.#core.services.queue.stats(), refused: 0 };",
  ),
  without("setOverride: wins over the server", "this.#store.override(key, flagOfValue(value));"),
  without("clearOverrides: the server's values again", "this.#store.clearOverrides();"),
  member("setOffline: nothing leaves", 'offline ? "go.offline" : "go.online"', '"go.online"'),
  member(
    "flushTelemetry: sends the counts",
    "if (telemetry.stats.evaluationCount === 0) return",
    "return",
  ),
  member(
    "getTelemetryStats: what is counted",
    "return this.#core.services.telemetry.stats;",
    "return { flagCount: 0, evaluationCount: 0 };",
  ),
  member(
    "circuitState: the breaker's",
    "return readCircuit(this.#core.machines).state;",
    'return "closed";',
  ),
  member(
    "getCircuitStats: what it counted",
    "return readCircuit(this.#core.machines);",
    "return { ...readCircuit(this.#core.machines), failures: 0 };",
  ),
  without("resetCircuit: closes it", 'this.#core.send({ type: "circuit.reset" });'),
  member(
    "getCacheStats: loads and users",
    "return this.#core.services.cache.stats;",
    "return { ...this.#core.services.cache.stats, size: 0 };",
  ),
  member("getCacheHitRate: the share of hits", "(hits + staleHits) / loads", "misses / loads"),
  member("clearCache: forgets", "return this.#core.clearCache();", "return Promise.resolve();"),
  member(
    "on: returns how to unsubscribe",
    "return this.#core.bridge.on(name, listener);",
    "this.#core.bridge.on(name, listener);\n    return () => {};",
  ),
  member("once: hears one event", "bridge.once(name", "bridge.on(name"),
  without("off: unsubscribes", "this.#core.bridge.off(name, listener);"),
  member(
    "subscribe: to one flag",
    "subscriptions.add(keyOrListener, listener",
    "subscriptions.add(undefined, listener",
  ),
  member("getVersion: grows with changes", "return this.#store.version;", "return 0;"),
  member(
    "getState: all machines",
    "return readClientState(this.#core.machines,",
    "return ({}, this.#core.machines,",
  ),
  without("onTransition: hears each", "this.#core.transitionListeners.add(entry);"),
  member("getTransitions: the last ones", "return this.#core.recorder.transitions;", "return [];"),
  member("actor: the root", "return this.#core.root;", "return { getSnapshot: () => ({}) };"),
  member("exportDiagnostics: a report", "return makeReport(this.#core, this);", "return {};"),
  without("close: idempotent", "if (core.closing !== undefined) return core.closing;"),
  member("Symbol.asyncDispose: closes", "return this.close();", "return Promise.resolve();"),
  {
    promise: "close: nothing is delivered unrecorded once its time is over",
    file: "machines/client.phase.ts",
    from: 'closeTimeout: { target: "saving", actions: "haltLoops" }',
    to: 'closeTimeout: "saving"',
    test: "test/integration/delivery/persistence.test.ts",
  },
  without("start: closes what cannot be initialized", "await client.close();", CLIENT),
  member("start: initializes for the user", "await client.init(user);", "await client.init();"),
  member(
    "a member without a row is noticed",
    "clearOverrides(): void {",
    "another(): void {}\n  clearOverrides(): void {",
  ),
  member(
    "a static member without a row is noticed",
    "static async start<",
    "static another() {}\n  static async start<",
  ),
  {
    promise: "an option without a default and an effect that are seen is noticed",
    file: "src/config/schema.ts",
    from: "  userContextHeader: optional(aBoolean),",
    to: "  another: optional(aBoolean),\n  userContextHeader: optional(aBoolean),",
    test: "test/integration/config/option-table.test.ts",
  },
  {
    promise: "an error class that nothing triggers is noticed",
    file: "src/public.ts",
    from: 'export { VERSION } from "./version";',
    to: 'export { VERSION } from "./version";\nimport { ServerError as Base } from "./errors";\nexport class AnotherError extends Base {}',
    test: "test/integration/config/errors.test.ts",
  },
  {
    promise: "an event that is never told is noticed",
    file: "test/support/events.ts",
    from: "  ready: true,",
    to: "  ready: true,\n  another: true,",
    test: "test/integration/config/events.test.ts",
  },
];
