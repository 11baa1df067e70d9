/** Breaks of what docs/react.md promises, and of the snapshots that hooks read. */
const HERE = "test/browser/react";
const broken = (test, file) => (promise, from, to) => ({ promise, file, from, to, test });
const reading = (test) => broken(`${HERE}/${test}.test.ts`, "src/react/use-reading.ts");
const session = (test) => broken(`${HERE}/${test}.test.ts`, "src/react/session.ts");
const provider = (test) => broken(`${HERE}/${test}.test.ts`, "src/react/provider.ts");
const owned = broken(`${HERE}/provider.test.ts`, "src/react/owned-client.ts");
const feature = broken(`${HERE}/rerendering.test.ts`, "src/react/feature.ts");
const same = (test) => broken(`${HERE}/${test}.test.ts`, "src/react/same.ts");
const snapshot = broken("test/unit/client/flag-snapshot.test.ts", "src/client/flag-snapshot.ts");

export default [
  reading("rendering")(
    "a flag that changes renders no component again that does not read it",
    "return useSyncExternalStore(subscribe, current, IS_SERVER ? current : first);",
    "useSyncExternalStore((notify) => session.client.subscribe(notify), () => session.client.getVersion(), () => 0); return [current, subscribe, IS_SERVER, first][0]();",
  ),
  reading("rerendering")(
    "what is equal stays the same object",
    "if (last === undefined || !same(last.value, value)) last = { value };",
    "last = { value }; void same;",
  ),
  reading("rerendering")(
    "a detail renders again for a reason alone",
    "detailed ? session.onTransitions(notify) : undefined",
    "undefined",
  ),
  reading("suspense")(
    "components that read flags wait for the first ones",
    "if (waiting !== undefined) throw waiting;",
    "void waiting;",
  ),
  reading("server-rendering")(
    "a server waits for nothing",
    "suspense && !IS_SERVER ? session.waiting : undefined",
    "suspense ? session.waiting : undefined",
  ),
  reading("server-rendering")(
    "what hydrates late starts with what the server rendered",
    "IS_SERVER ? current : first",
    "first === undefined ? first : current",
  ),
  reading("rendering")(
    "how often a component renders is not counted",
    "const current = () => answer(session.client.getSnapshot());",
    "const current = () => { if (key) session.client.isEnabled(key); return answer(session.client.getSnapshot()); };",
  ),
  reading("rendering")(
    "Strict Mode is not counted",
    "if (now.every((part, index) => Object.is(part, counted.current[index]))) return;",
    "",
  ),
  reading("rendering")("an evaluation is counted", "    client.isEnabled(key);\n", ""),
  reading("rendering")("each value is counted", "[client, key, value]);", "[client, key]);"),
  session("provider")(
    "an equal user does nothing",
    "user === undefined || isSameUser(client.user ?? null, user)",
    "user === undefined",
  ),
  session("provider")(
    "a user of null is nobody",
    "user === null ? client.reset() : client.identify(user)",
    "client.identify(user as never)",
  ),
  session("provider")(
    "a client is initialized unless it was",
    "this.#waitFor(client.init(user ?? undefined));",
    "",
  ),
  session("suspense")(
    "a start that fails ends the waiting",
    "flags.then(this.#endWaiting, this.#endWaiting);",
    "flags.then(this.#endWaiting, () => {});",
  ),
  session("suspense")(
    "nobody waits for a client that was closed",
    'if (phase.startsWith("clos")) this.#endWaiting();',
    'if (phase.startsWith("clos")) return;',
  ),
  session("suspense")(
    "nobody waits for flags that are in hand",
    "return this.client.isReady ? undefined : this.#waiting;",
    "return this.#waiting;",
  ),
  session("suspense")("nobody waits a second time", "        this.#waiting = undefined;\n", ""),
  session("rerendering")(
    "a burst of transitions is one render",
    "this.#telling ??= setTimeout(() => {",
    "queueMicrotask(() => {",
  ),
  provider("provider")(
    "a user that is left out later is nobody",
    "user === undefined && last.current !== undefined ? null : user",
    "user",
  ),
  provider("provider")(
    "no flag of the user before is shown",
    "useBeforePaint(() => session.follow(user), [session, user]);",
    "useBeforePaint(() => void queueMicrotask(() => session.follow(user)), [session, user]);",
  ),
  provider("suspense")(
    "the provider has a boundary of its own",
    "suspense ? createElement(Suspense, { fallback }, children) : children",
    "children",
  ),
  provider("provider")(
    "the app's own client is not closed",
    "  useBeforePaint(() => session.follow(user), [session, user]);",
    "  useBeforePaint(() => { session.follow(user); return () => void client.close(); }, [session, user]);",
  ),
  owned(
    "a client of the provider's is closed",
    "if (this.#holders === 0) void this.client.close();",
    "",
  ),
  owned(
    "Strict Mode has one client",
    "      queueMicrotask(() => {\n        if (this.#holders === 0) void this.client.close();\n      });",
    "      if (this.#holders === 0) void this.client.close();",
  ),
  feature(
    "<Feature> shows the fallback while the flag is off",
    "value === undefined ? fallback :",
    "",
  ),
  feature(
    "a function is not called while the flag is off",
    "isAsked && value !== undefined ?",
    "isAsked ?",
  ),
  feature(
    "a function is given the value",
    "return isAsked ? flags.get<null>(flag, null) : true;",
    "return true;",
  ),
  same("provider")("another id is another user", "id: user.id,", ""),
  same("rerendering")(
    "a detail renders again for its origin",
    "isSame({ ...a, updatedAt: 0, version: 0 }",
    "isSame({ ...a, source: b.source, updatedAt: 0, version: 0 }",
  ),
  snapshot(
    "a snapshot counts nothing",
    "return flag && { flag, rule: undefined, on: 0, off: 0 };",
    "return store.slots.get(key);",
  ),
  snapshot("an override is told as one", '|| "override"', '|| "network"'),
  snapshot(
    "a snapshot is the same object while nothing changes",
    "this.#last.of.some((part, index) => part !== of[index])",
    "this.#last.of !== of",
  ),
  snapshot(
    "a snapshot is a new one when only staleness changes",
    "const of = [served, set, stale];",
    "const of = [served, set]; void stale;",
  ),
  snapshot("a null default takes any type", "if (defaultValue === null) return undefined;", ""),
  {
    promise: "React 18 has nothing to complain of on a server",
    file: "src/react/use-before-paint.ts",
    from: "IS_SERVER ? useEffect : useLayoutEffect",
    to: "useEffect && useLayoutEffect",
    test: `${HERE}/server-rendering.test.ts`,
  },
  {
    promise: "effects of components below find the user in place",
    file: "src/react/use-before-paint.ts",
    from: "IS_SERVER ? useEffect : useLayoutEffect",
    to: "IS_SERVER ? useLayoutEffect : useEffect",
    test: `${HERE}/provider.test.ts`,
  },
  {
    promise: "a provider that is shown again has a client that runs",
    file: "src/react/owned-client.ts",
    from: "replace(new OwnedClient(config));",
    to: "",
    test: `${HERE}/leaks.test.ts`,
  },
  {
    promise: "a client that was made and left listens to nothing",
    file: "src/client/client.ts",
    from: "attendNotices(this.#core);",
    to: "attendNotices(this.#core); this.#core.root.start();",
    test: `${HERE}/leaks.test.ts`,
  },
  {
    promise: "a subscription that ends twice takes no other along",
    file: "src/client/subscriptions.ts",
    from: "if (!entries.delete(entry)) return;",
    to: "entries.delete(entry);",
    test: "test/integration/client/telling.test.ts",
  },
];
