/** Breaks of PRODUCT's promises about tracking: browsers, and unsent events that outlive a process. */
const browser = "test/browser/tracking.test.ts";
const persistence = "test/integration/delivery/persistence.test.ts";
const kill = "test/integration/delivery/kill.test.ts";
const outboxes = "test/integration/storage/outbox-file.test.ts";
const sender = { file: "src/client/event-sender.ts", test: browser };
const page = { file: "src/platform/browser.ts", test: browser };
const node = { file: "src/platform/node.ts", test: persistence };
const file = { file: "src/storage/outbox-file.ts", test: outboxes };

export default [
  // Browsers
  {
    ...sender,
    promise: "every batch of a browser is 60 KiB at most",
    from: "KEEPALIVE_BYTES = 60 * 1_024",
    to: "KEEPALIVE_BYTES = 64 * 1_024",
  },
  {
    promise: "every batch of a browser has keepalive",
    file: "src/client/event-sender.ts",
    from: "...(keepalive && { keepalive }),",
    to: "",
    test: browser,
  },
  {
    promise: "the answer of a batch is always read",
    file: "src/http/http.ts",
    from: "body: await readJson(response, maxResponseBytes, signal)",
    to: "body: request.keepalive ? undefined : await readJson(response, maxResponseBytes, signal)",
    test: browser,
  },
  {
    promise: "the answer of a refused batch is read, too",
    file: "src/http/http.ts",
    from: "if (status < 200 || status > 299) throw",
    to: 'if (status > 299 && request.keepalive) throw new RollgateError("unread", { statusCode: status, retryable: true });\n      if (status < 200 || status > 299) throw',
    test: browser,
  },
  {
    ...page,
    promise: "on pagehide events go out",
    from: 'listener({ type: "hidden" });',
    to: "",
  },
  {
    ...page,
    promise: "on hidden events go out",
    from: '? "hidden" : "shown"',
    to: '? "shown" : "shown"',
  },
  {
    promise: "on pagehide one more batch goes out beside the one under way",
    file: "machines/flush-loop.machine.ts",
    from: 'none: { on: { "flush.last": { guard: "flushing", target: "posting" } } }',
    to: "none: {}",
    test: browser,
  },
  {
    ...sender,
    promise: "that batch is within what is left of the quota",
    from: "KEEPALIVE_BYTES - this.#flyingBytes",
    to: "KEEPALIVE_BYTES",
  },
  {
    promise: "the rest survives the page when persist is on",
    file: "src/client/core.ts",
    from: "if (this.config.tracking.persist && this.services.outbox.change()) {",
    to: "if (this.config.tracking.persist && this.services.queue.size > 1_000) {",
    test: browser,
  },

  // Persisting
  {
    promise: "without a place to write to nothing is planned",
    file: "machines/persistence.machine.ts",
    from: 'always: { guard: "keepsNothing", target: "nowhere" },',
    to: "",
    test: "test/machines/persistence.test.ts",
  },
  {
    ...node,
    promise: "unsent events are stored beside cache.persistPath",
    from: "if (path !== undefined) {",
    to: "if (path === undefined) {",
  },
  {
    ...node,
    promise: "unsent events are stored in cache.storage",
    from: "if (storage === undefined) return undefined;",
    to: "if (path === undefined) return undefined;",
  },
  {
    promise: "unsent events are stored at most 1 s late",
    file: "src/client/machine-input.ts",
    from: "OUTBOX_DELAY_MS = 500",
    to: "OUTBOX_DELAY_MS = 1_001",
    test: persistence,
  },
  {
    promise: "one outbox per client of a process",
    file: "src/storage/outbox-names.ts",
    from: 'const random = randomBytes(8).toString("hex");',
    to: 'const random = "00";',
    test: persistence,
  },
  {
    promise: "one outbox per process",
    file: "src/storage/outbox-orphans.ts",
    from: "if (owner.pid !== process.pid) return !isAlive(owner.pid);",
    to: "if (owner.pid !== process.pid) return true;",
    test: outboxes,
  },
  {
    ...page,
    file: "src/platform/browser-outbox.ts",
    promise: "one outbox per tab",
    from: "instanceId: `",
    to: 'instanceId: "tab" || `',
  },
  {
    ...file,
    promise: "a starting process adopts an orphan",
    from: "|| !(await isOrphan(beside(name), owner))",
    to: "|| (await isOrphan(beside(name), owner))",
    test: persistence,
  },
  {
    ...file,
    promise: "an orphan is adopted by atomic rename: it goes to one process",
    from: "await rename(orphan, path);\n",
    to: 'await writeAtomically(path, (await readIfPresent(orphan)) ?? "");\n',
  },
  {
    promise: "an orphan is adopted by Web Lock: it goes to one tab",
    file: "src/storage/locks.ts",
    from: "if (lock !== null) return new Promise<void>(resolve);",
    to: "return new Promise<void>(resolve);",
    test: browser,
  },
  {
    promise: "restored events count as accepted",
    file: "src/tracking/event-queue.ts",
    from: "accepted += events.length;",
    to: "",
    test: persistence,
  },

  // Killed
  {
    promise: "what was delivered is recorded, so that no later client sends it again",
    file: "machines/client.machine.ts",
    from: 'actions: [{ type: "emitAsIs", params: ({ event }) => event }, "saveOutbox"],',
    to: 'actions: { type: "emitAsIs", params: ({ event }) => event },',
    test: kill,
  },
  {
    promise: "what is under way when a client is killed is sent by the next one",
    file: "src/tracking/event-queue.ts",
    from: "[...[...flights].flat(), ...waiting.toArray()]",
    to: "waiting.toArray()",
    test: kill,
  },
  {
    promise: "what is recorded is there or not, wherever a client is killed",
    file: "src/storage/atomic-file.ts",
    from: "    await rename(temporary, path);\n",
    to: '    await (await open(path, "w")).close();\n    await rename(temporary, path);\n',
    test: kill,
  },
  {
    promise: "what a killed client took over is in one place only",
    file: "src/storage/outbox-events.ts",
    from: "held.filter((event) => own.delete(event))",
    to: "held.filter((event) => own.has(event))",
    test: kill,
  },
];
