/** Breaks of what is promised about the life of a tab: leaving, killing, freezing, sharing, and IndexedDB in trouble. */
const leaving = "test/browser/leaving.test.ts";
const killed = "test/browser/killed.test.ts";
const tabs = "test/browser/tabs.test.ts";
const trouble = "test/browser/storage-trouble.test.ts";
const freeze = "test/browser/long-freeze.test.ts";
const time = "test/integration/living/time.test.ts";
const hidden = "test/browser/hidden.test.ts";
const lateness = "test/unit/platform/lateness.test.ts";

export default [
  // Leaving
  {
    promise: "a tab that is left sends what it has",
    file: "src/platform/browser.ts",
    from: 'listener({ type: "hidden" });',
    to: "",
    test: "test/browser/tracking.test.ts",
  },
  {
    promise: "what a tab that is left cannot send is there on the next visit",
    file: "src/client/core.ts",
    from: "const overflow = await outbox.restore();",
    to: "const overflow = 0;",
    test: leaving,
  },
  {
    promise: "what was under way when a tab was left is there on the next visit",
    file: "src/tracking/event-queue.ts",
    from: "[...[...flights].flat(), ...waiting.toArray()]",
    to: "waiting.toArray()",
    test: leaving,
  },
  {
    promise: "what is delivered and recorded is not sent again on the next visit",
    file: "machines/client.machine.ts",
    from: 'actions: [{ type: "emitAsIs", params: ({ event }) => event }, "saveOutbox"],',
    to: 'actions: { type: "emitAsIs", params: ({ event }) => event },',
    test: leaving,
  },
  {
    promise: "events go out of a tab that is left although preflights are due: with keepalive",
    file: "src/client/event-sender.ts",
    from: "...(keepalive && { keepalive }),",
    to: "",
    test: leaving,
  },
  {
    promise: "an outbox is written as a whole, so that a killed browser has the whole of it",
    file: "src/storage/outbox-locked.ts",
    from: "await storage.set(ownKey, text);",
    to: 'await storage.delete(ownKey);\n    await storage.set(ownKey, text.replace(/.{200}$/, ""));',
    test: killed,
  },
  {
    promise: "a killed browser's outbox is sent once",
    file: "src/storage/outbox-locked.ts",
    from: "await storage.delete(key);",
    to: "",
    test: killed,
  },

  // Sharing
  {
    promise: "an orphan goes to one of several tabs",
    file: "src/storage/locks.ts",
    from: "if (lock !== null) return new Promise<void>(resolve);",
    to: "return new Promise<void>(resolve);",
    test: tabs,
  },
  {
    promise: "each tab has an outbox of its own",
    file: "src/platform/browser-outbox.ts",
    from: "instanceId: `",
    to: 'instanceId: "tab" || `',
    test: tabs,
  },
  {
    promise: "tabs without Web Locks leave each other's outboxes alone",
    file: "src/platform/browser-outbox.ts",
    from: "?? (databases && createIdbLocks(databases, clock))",
    to: "",
    test: tabs,
  },
  {
    promise: "without Web Locks who holds a lock is told by a database that cannot be raised",
    file: "src/storage/idb-locks.ts",
    from: "raise(factory, name, version + 1, isLate)",
    to: "raise(factory, name, version, isLate)",
    test: tabs,
  },
  {
    promise: "without Web Locks of several who try one has the lock",
    file: "src/storage/idb-locks.ts",
    from: "if (raised && !refused && !isLate())",
    to: "if (!refused && !isLate())",
    test: tabs,
  },
  {
    promise: "without Web Locks a lock is free again when its tab is gone, not before",
    file: "src/storage/idb-locks.ts",
    from: "await callback(held ?? null);",
    to: "void callback(held ?? null);",
    test: tabs,
  },
  {
    promise: "flags of two users are kept side by side",
    file: "src/storage/names.ts",
    from: 'await hash("user", ...secret, userId)',
    to: 'await hash("user", ...secret)',
    test: tabs,
  },

  // IndexedDB
  {
    promise: "an error that has a name only is told by its name",
    file: "src/storage/failures.ts",
    from: "thrown.message || thrown.name",
    to: "thrown.message",
    test: trouble,
  },
  {
    promise: "a browser that refuses even to look has no IndexedDB",
    file: "src/platform/browser.ts",
    from: "return false;",
    to: "return true;",
    test: trouble,
  },
  {
    promise: "IndexedDB that never answers is given up",
    file: "src/storage/safe.ts",
    from: "const limitMs = reads ? timeoutMs : writeTimeoutMs;",
    to: "const limitMs = 1e9;",
    test: trouble,
  },

  // Freezing
  {
    promise: "an answer that came while nobody ran counts",
    file: "src/platform/lateness.ts",
    from: "timer.handle = clock.setTimeout(callback, GRACE_MS);",
    to: "callback();",
    test: time,
  },
  {
    promise: "what is not answered soon after a sleep is given up",
    file: "src/platform/lateness.ts",
    from: "GRACE_MS = 500",
    to: "GRACE_MS = 501",
    test: time,
  },
  {
    promise: "a page that was frozen knows that its flags are old",
    file: "src/client/core.ts",
    from: "age: store.age, rulesAge: store.rulesAge };",
    to: "age: 0, rulesAge: store.rulesAge };",
    test: freeze,
  },
  {
    promise: "a page that was frozen asks the server when it runs again",
    file: "src/platform/browser.ts",
    from: '[document, "resume", thaw],',
    to: "",
    test: freeze,
  },

  // Hidden for long
  {
    promise: "the slow timers of a hidden page are no return",
    file: "src/platform/lateness.ts",
    from: "LATE_HIDDEN_MS = 65_000",
    to: "LATE_HIDDEN_MS = LATE_MS",
    test: hidden,
  },
  {
    promise: "a page that is opened in the background is known to be hidden",
    file: "src/platform/browser.ts",
    from: "if (isHidden()) look();",
    to: "",
    test: hidden,
  },
  {
    promise: "a sleep under a hidden page is noticed",
    file: "src/platform/lateness.ts",
    from: "LATE_HIDDEN_MS = 65_000",
    to: "LATE_HIDDEN_MS = 1e12",
    test: hidden,
  },
  {
    promise: "a page that was frozen while hidden is late by seconds",
    file: "src/platform/lateness.ts",
    from: " && absentUntil < set.monotonic",
    to: "",
    test: lateness,
  },
  {
    promise: "timers that were due in one sleep are one return",
    file: "src/platform/lateness.ts",
    from: "returned.monotonic >= set.monotonic",
    to: "returned.monotonic < 0",
    test: lateness,
  },
  {
    promise: "a second sleep is another return",
    file: "src/platform/lateness.ts",
    from: "if (known && lateness(returned as Moment, due) <= limit) return;",
    to: "if (known) return;",
    test: lateness,
  },
];
