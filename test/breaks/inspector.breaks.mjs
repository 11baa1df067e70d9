/** Breaks of what docs/inspector.md promises. */
const CORE = "test/integration/client/inspectors.test.ts";
const PROJECTION = "test/unit/inspect/projection.test.ts";
const RECEIVERS = "test/integration/inspect/receivers.test.ts";
const CONNECTION = "test/integration/inspect/connection.test.ts";
const CANARY = "test/integration/inspect/canary.test.ts";
const PROCESS = "test/integration/inspect/process.test.ts";
const BROWSER = "test/browser/inspector.test.ts";

const broken = (test, name) => (promise, from, to) => ({
  promise,
  file: `src/${name}`,
  from,
  to,
  test,
});
const core = broken(CORE, "client/inspectors.ts");
const translated = broken(RECEIVERS, "inspect/translator.ts");
const numbered = broken(RECEIVERS, "inspect/sessions.ts");
const projected = broken(PROJECTION, "inspect/project.ts");
const sized = broken(PROJECTION, "inspect/outgoing.ts");
const defined = broken(PROJECTION, "inspect/definition.ts");
const kept = broken(CONNECTION, "inspect/backlog.ts");
const joined = broken(CONNECTION, "inspect/stately-inspector.ts");
const connected = broken(CONNECTION, "inspect/web-socket-transport.ts");
const shown = broken(BROWSER, "inspect/window-transport.ts");
const unheld = broken(PROCESS, "inspect/node-socket.ts");

export default [
  core(
    "who comes late is told of every actor first",
    "if (root !== undefined) this.#introduce(inspect, root, root.sessionId);",
    "",
  ),
  core(
    "below the root, too",
    "for (const child of Object.values<AnyActorRef>(children)) {",
    "for (const child of [] as AnyActorRef[]) {",
  ),
  core("no actor that ended is introduced", 'if (status !== "active") return;', ""),
  core("an inspector is attached once", "if (!this.#attached.has(inspect)) {", "{"),
  core(
    "nothing comes after detaching",
    "if (!this.#attached.delete(inspect) || ",
    "if (!this.#attached.has(inspect) || ",
  ),
  core(
    "what detached() throws is an error event",
    'this.#bridge.isolate(() => inspect.detached?.(this.#client), "inspect");',
    "inspect.detached?.(this.#client);",
  ),
  core("nonsense is refused", "if (Object(inspect) !== inspect) {", "if (false) {"),
  translated(
    "a snapshot for each microstep",
    'case "@xstate.microstep":\n        this.#stepped(',
    'case "@xstate.microstep":\n        if (this) return;\n        this.#stepped(',
  ),
  translated(
    "the last snapshot has another status than active",
    'this.#snapshot(session, event, { ...snapshot, status: "stopped" })',
    "this.#snapshot(session, event, snapshot)",
  ),
  translated(
    "the root tells of changed books",
    "if (same(before, system.facts)) continue;",
    "continue;",
  ),
  translated("and of unchanged ones not again", "if (same(before, system.facts)) continue;", ""),
  translated(
    "an actor that is attached again begins anew",
    "this.#sessions.forget(session);",
    "this.#sessions.end(session);",
  ),
  numbered("ids are the inspector's own", "Math.random().toString(36).slice(2, 10)", '"x"'),
  numbered("ids are the client's own", "++this.#lastNumber", "this.#lastNumber"),
  projected(
    "XState's own events are their type only",
    'if (type.startsWith("xstate.")) return { type };',
    "",
  ),
  {
    promise: "nothing nested leaves",
    test: CANARY,
    file: "src/inspect/plain-fields.ts",
    from: "else if (value === null) kept[key] = value;",
    to: 'else if (typeof value === "object") kept[key] = value;',
  },
  {
    promise: "texts stay unless asked for",
    test: CANARY,
    file: "src/inspect/plain-fields.ts",
    from: "if (texts) kept[key] =",
    to: "kept[key] =",
  },
  sized(
    "an event is at most 2 kB",
    "if (fits(text, max)) return { message, text };",
    "return { message, text };",
  ),
  sized(
    "what is cut is counted",
    "cutFields(context, MAX_EVENT_BYTES",
    "cutFields({}, MAX_EVENT_BYTES",
  ),
  defined(
    "a registration is at most 32 kB",
    "if (bytesOf(JSON.stringify(text)) <= ROOM) return text;",
    "return text;",
  ),
  defined("a definition is whole", "    always: transitions,", ""),
  defined("functions are their names", "const label = [type, own, id]", "const label = [type, id]"),
  kept(
    "200 messages are kept",
    "export const MAX_PENDING = 200;",
    "export const MAX_PENDING = 100;",
  ),
  kept(
    "all actors are shown again when something was dropped",
    "this.#fold(this.#pending.shift());\n    this.startOver();",
    "this.#fold(this.#pending.shift());",
  ),
  kept(
    "an actor is shown as it was before what follows",
    "else if (known !== undefined) known.snapshot = message.snapshot;",
    "",
  ),
  joined(
    "a receiver that is another one is told of all actors",
    "if (anew) backlog.startOver();",
    "",
  ),
  joined("nothing is sent after stop()", "started = false;\n      attempt", "attempt"),
  joined(
    "start() shows what lives then",
    "if (!started) backlog.reset(translator.registrations());",
    "",
  ),
  joined(
    "what a filter throws reaches nobody",
    "} catch (error) {\n      report(error);\n    }\n    return {",
    "} finally {\n    }\n    return {",
  ),
  joined(
    "what onError throws reaches nobody",
    "} catch {\n      // There is nobody left to tell.\n    }",
    "} finally {\n    }",
  ),
  connected(
    "why there is no receiver is told once",
    "if (this.#attempt === 0) this.#listener",
    "this.#listener",
  ),
  connected(
    "a lost connection is opened again",
    "later(() => this.#connect(), delayMs",
    "later(() => {}, delayMs",
  ),
  connected(
    "a receiver that hangs gets no more than its limit",
    "if (socket.bufferedAmount > MAX_BUFFERED) return false;",
    "",
  ),
  connected("it goes on when that wakes up", "else this.#listener.ready(false);", ""),
  shown(
    "only the url's origin is told",
    "receiver.postMessage(data, this.#target.url.origin);",
    'receiver.postMessage(data, "*");',
  ),
  shown(
    "a window that was not let open is said",
    "if (opened === null) {",
    "if (opened === undefined) {",
  ),
  shown("a frame shows the url", "if (iframe.src !== url.href) iframe.src = url.href;", "void 0;"),
  shown(
    "a closed window is opened again",
    "if (this.#window?.closed ?? true)",
    "if (this.#window === undefined)",
  ),
  unheld(
    "the connection keeps no process alive",
    "openConnection(given, secure).unref()",
    "openConnection(given, secure)",
  ),
  {
    test: PROCESS,
    promise: "no timer keeps a process alive",
    file: "src/inspect/timer.ts",
    from: "(timer as { unref?(): void }).unref?.();",
    to: "",
  },
];
