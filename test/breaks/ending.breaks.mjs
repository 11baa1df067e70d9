/** Breaks of PRODUCT's promises about living and ending: close, and what nobody catches. */
const processes = "test/integration/living/process.test.ts";
const closing = "test/integration/living/close.test.ts";
const persistence = "test/integration/delivery/persistence.test.ts";
const hostile = "test/integration/living/hostile-app.test.ts";
const actions = { file: "machines/client.setup.ts", test: closing };
const notices = { file: "src/client/notices.ts", test: closing };

export default [
  // close
  {
    ...actions,
    promise: "close aborts requests for flags",
    from: 'enqueue.sendTo("refresh", { type: "close" });',
    to: "",
  },
  {
    ...actions,
    promise: "close aborts the stream",
    from: 'enqueue.sendTo("connection", { type: "close" });',
    to: "",
  },
  {
    promise: "close ends the stream's connection",
    file: "src/actors/read-stream.ts",
    from: "return () => abort.abort();",
    to: "return () => {};",
    test: processes,
  },
  {
    promise: "close lets the POST in flight finish",
    file: "machines/flush-loop.machine.ts",
    from: '"batch.unauthorized": {',
    to: 'close: "asking",\n            "batch.unauthorized": {',
    test: closing,
  },
  {
    promise: "close drains the queue",
    file: "machines/flush-loop.machine.ts",
    from: '{ guard: "draining", target: "#asking", ...settle },',
    to: "",
    test: closing,
  },
  {
    promise: "close drains the queue in order",
    file: "src/tracking/event-queue.ts",
    from: "const flight = waiting.take(count);",
    to: "const before = waiting.take(waiting.size - count);\n      const flight = waiting.take(count);\n      waiting.pushFront(before);",
    test: closing,
  },
  {
    ...actions,
    promise: "close takes closeTimeoutMs at most",
    from: "closeTimeout: ({ context }) => context.closeTimeoutMs",
    to: "closeTimeout: ({ context }) => context.closeTimeoutMs * 2",
  },
  {
    ...actions,
    promise: "close takes closeTimeoutMs, not less",
    from: "closeTimeout: ({ context }) => context.closeTimeoutMs",
    to: "closeTimeout: ({ context }) => context.closeTimeoutMs / 2",
  },
  {
    promise: "close does not wait while held, offline or refused",
    file: "machines/flush-loop.machine.ts",
    from: 'held: {\n          always: { guard: "mayEnd", target: "closed" },',
    to: "held: {",
    test: closing,
  },
  {
    ...notices,
    promise: "what close could not send is dropped closed",
    from: "core.config.tracking.persist ? 0 : queue.closeRemaining()",
    to: "core.config.tracking.persist ? 0 : queue.size",
  },
  {
    ...notices,
    promise: "what close could not send is told",
    from: 'bridge.emit("events_dropped", { count: lost, reason: "closed" })',
    to: "void 0",
  },
  {
    ...notices,
    promise: "what close could not send stays pending when persisted",
    from: "core.config.tracking.persist ? 0 : queue.closeRemaining()",
    to: "queue.closeRemaining()",
    test: persistence,
  },
  {
    ...actions,
    promise: "close writes what is unsaved",
    from: 'enqueue.sendTo("outbox", { type: "close" });',
    to: "",
    test: persistence,
  },
  {
    ...notices,
    promise: "close releases every timer",
    from: "    root.stop();\n",
    to: "",
  },
  {
    file: "src/platform/browser.ts",
    test: "test/browser/page-life.test.ts",
    promise: "close releases every listener",
    from: "target.removeEventListener(type, handler);",
    to: "void [target, type, handler];",
  },
  {
    promise: "close is idempotent",
    file: "src/client/client.ts",
    from: "if (core.closing !== undefined) return core.closing;",
    to: "",
    test: closing,
  },
  {
    ...notices,
    promise: "after close no event is emitted",
    from: "bridge.seal();",
    to: "",
  },
  {
    ...notices,
    promise: "close ends with the event closed",
    from: 'bridge.emit("closed", undefined);',
    to: "",
  },

  // What nobody catches
  {
    promise: "a forgotten promise is no unhandled rejection",
    file: "src/client/pending.ts",
    from: "promise.catch(() => {});",
    to: "",
    test: hostile,
  },
  {
    promise: "a forgotten call that is refused is no unhandled rejection",
    file: "src/client/client.ts",
    from: "refused.catch(() => {});",
    to: "",
    test: hostile,
  },
  {
    promise: "a forgotten call that is refused is an error event",
    file: "src/client/client.ts",
    from: "    this.#core.report(error);\n    const refused",
    to: "    const refused",
    test: hostile,
  },
  {
    promise: "a forgotten identify that fails is an error event",
    file: "machines/client.user.ts",
    from: '{ type: "emitFailure", params: failureOf },',
    to: "",
    test: hostile,
  },
  {
    promise: "an awaited identify that fails rejects",
    file: "src/client/notices.ts",
    from: 'reject(core, failure, ["identify",',
    to: 'pending.resolve("identify");\n    reject(core, failure, ["identify",',
    test: hostile,
  },
  {
    promise: "no listener that throws is uncaught",
    file: "src/client/event-bridge.ts",
    from: "const handler = (payload: unknown) => this.isolate(() => listener(payload as never), name);",
    to: "const handler = (payload: unknown) => listener(payload as never);",
    test: hostile,
  },
  {
    promise: "no listener that rejects is unhandled",
    file: "src/client/event-bridge.ts",
    from: "if (returned instanceof Promise) returned.catch((cause) => this.#report(what, cause));",
    to: "void returned;",
    test: hostile,
  },
  {
    promise: "no subscriber that throws is uncaught",
    file: "src/client/subscriptions.ts",
    from: 'for (const { listener } of [...this.#all]) this.#bridge.isolate(listener, "subscribe");',
    to: "for (const { listener } of [...this.#all]) listener();",
    test: hostile,
  },
  {
    promise: "no inspector that throws is uncaught",
    file: "src/client/inspectors.ts",
    from: "    this.#bridge.isolate(\n      () =>\n        typeof inspect",
    to: "    ((call) => call())(\n      () =>\n        typeof inspect",
    test: hostile,
  },
  {
    promise: "no logger that throws is uncaught",
    file: "src/logger/safe.ts",
    from: "} catch {\n        // There",
    to: "} catch (error) {\n        throw error;\n        // There",
    test: hostile,
  },
  {
    promise: "no logger that rejects is unhandled",
    file: "src/logger/safe.ts",
    from: "if (returned !== undefined) Promise.resolve(returned).catch(() => {});",
    to: "void returned;",
    test: hostile,
  },
  {
    promise: "no storage that throws is uncaught",
    file: "src/storage/safe.ts",
    from: "if (error !== TOO_LATE) return",
    to: "if (error !== TOO_LATE) throw error;\n      if (error !== TOO_LATE) return",
    test: hostile,
  },
  {
    promise: "no server makes an unhandled rejection",
    file: "src/actors/read-stream.ts",
    from: '.catch((error) => tell({ type: "stream.failed", error: ensureRollgateError(error) }));',
    to: ";",
    test: "test/integration/faults/forgetful-app.test.ts",
  },
];
