/** Breaks of what docs/testing.md promises, and of `applyBootstrap`. */
const CLIENT = "test/unit/testing/test-client.test.ts";
const CLOCK = "test/unit/testing/virtual-clock.test.ts";
const GIVEN = "test/integration/client/apply-bootstrap.test.ts";
const RULES = "test/integration/local/rules-mode.test.ts";

const broken = (test, file) => (promise, from, to) => ({ promise, file, from, to, test });
const client = broken(CLIENT, "src/testing/test-client.ts");
const server = broken(CLIENT, "src/testing/memory-server.ts");
const tracked = broken(CLIENT, "src/testing/tracked-call.ts");
const options = broken(CLIENT, "src/testing/test-client-options.ts");
const clock = broken(CLOCK, "src/testing/virtual-clock.ts");
const given = broken(GIVEN, "machines/client.phase.ts");
const taken = broken(GIVEN, "machines/client.setup.ts");
const parsed = broken(GIVEN, "src/config/parse-bootstrap.ts");

export default [
  client(
    "a test client has no timer of the system",
    "clock: options.clock ?? createVirtualClock(),",
    "...(options.clock && { clock: options.clock }),",
  ),
  client(
    "a change survives an answer that was under way",
    "if (!server.isAnswerCurrent) this.applyBootstrap(server.bootstrap);",
    "",
  ),
  client(
    "flags that are not there yet stay away when one is set",
    "if (this.isReady) this.applyBootstrap(this.#server.bootstrap);",
    "this.applyBootstrap(this.#server.bootstrap);",
  ),
  client(
    "another user has the flags at once",
    "if (isReady) this.applyBootstrap(this.#server.bootstrap);",
    "",
  ),
  client("a user that makes no sense is refused", "if (refusal !== undefined) throw refusal;", ""),
  client(
    "rules are in force once init has resolved",
    "const complete = started.then(() => this.#rules);",
    "const complete = started;",
  ),
  client(
    "what a view tracks is recorded",
    "view.track = (options) => this.#record(options, view.user?.id, () => track(options));",
    "void track;",
  ),
  client(
    "what is refused is not recorded",
    "if (this.getEventStats().accepted === accepted) return;",
    "void accepted;",
  ),
  client("what is recorded can be cleared", "this.#tracked.length = 0;", "void this.#tracked;"),
  client(
    "ready: false has no flags",
    "const { rules, maxStalenessMs, ready = true } = options;",
    "const { rules, maxStalenessMs } = options; const ready = true;",
  ),
  client("nothing is tried again by itself", "retry: { maxRetries: 0 },", ""),
  server("a flag that is removed is gone", "this.#flags.delete(key);", ""),
  server(
    "a failure is used up",
    "this.#failures.splice(index, 1)",
    "this.#failures.slice(index, index + 1)",
  ),
  server(
    "reasons arrive",
    "{ key, type, value, enabled: value !== false, reason }",
    "{ key, type }",
  ),
  server("what is no JSON is refused", "if (copy !== undefined) return", "if (copy !== '') return"),
  server(
    "failNext takes failing statuses only",
    "status >= 400 && status <= 599",
    "status >= 100 && status <= 599",
  ),
  tracked("what is recorded is frozen", "return Object.freeze(value);", "return value;"),
  options("an unknown option is refused", "if (Object.hasOwn(NAMES, name)) continue;", "continue;"),
  clock(
    "timers run at their own time",
    "wall += Math.max(0, next.at - monotonic);",
    "wall += end - monotonic;",
  ),
  clock("a jump moves the wall clock", 'wall += finite("jump(ms)", ms);', ""),
  clock("a cleared timer does not run", "void timers.delete(handle as number)", "void handle"),
  clock("time does not go back", "if (finite(what, ms) < 0) {", "if (finite(what, ms) < -1e9) {"),
  given(
    "applied before init, init need not wait",
    '"flags.given": { actions: { type: "noteBootstrap", params: givenOf } },',
    '"flags.given": { actions: takeGiven },',
  ),
  given(
    "applied while init waits, it resolves",
    '{ target: "running", actions: [takeGiven, initDone] },',
    "{ actions: takeGiven },",
  ),
  {
    ...given(
      "rules that a stream vouches for decide on",
      '"flags.given": [{ guard: "rulesConfirmed" }, { actions: takeGiven }],',
      '"flags.given": { actions: takeGiven },',
    ),
    test: RULES,
  },
  taken(
    "flags that are applied are fresh",
    `      enqueue.emit({ type: "flags.given", ...params });
      enqueue.sendTo("freshness", { type: "flags.confirmed", age: 0 });`,
    `      enqueue.emit({ type: "flags.given", ...params });`,
  ),
  parsed("flags are checked", "if (bootstrap?.flags === undefined) throw", "if (false) throw"),
];
