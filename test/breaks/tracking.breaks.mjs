/** Breaks of PRODUCT's promises about tracking: the event, flushing, what becomes of a batch. */
const tracking = "test/integration/delivery/tracking.test.ts";
const flushing = "test/integration/delivery/flushing.test.ts";
const facade = { file: "src/client/client.ts", test: tracking };
const core = { file: "src/client/core.ts", test: tracking };
const event = { file: "src/tracking/track-event.ts", test: tracking };
const queue = { file: "src/tracking/event-queue.ts", test: flushing };
const batch = { file: "src/actors/send-batch.ts", test: flushing };
const loop = { file: "machines/flush-loop.machine.ts", test: flushing };
const plans = { file: "machines/flush-loop.setup.ts", test: flushing };
const told = { file: "src/client/notices.ts", test: flushing };

export default [
  // The event
  {
    ...core,
    promise: "track never throws",
    from: "queue.refuse();\n      this.report(ensureRollgateError(error));",
    to: "queue.refuse();\n      throw error;",
  },
  {
    ...facade,
    promise: "track never waits",
    from: "track(options: TrackOptions): void {",
    to: "async track(options: TrackOptions): Promise<void> {\n    await this.#core.services.outbox.save();",
  },
  {
    ...event,
    promise: "the event is copied when it is tracked",
    from: "readMetadata(metadata, size),",
    to: "(readMetadata(metadata, size), metadata as never),",
  },
  {
    ...event,
    promise: "an invalid event is refused",
    from: 'if (!isText(flagKey)) throw refused("flagKey must be a non-empty string");',
    to: "",
  },
  {
    promise: "a circular event is refused",
    file: "src/tracking/copy-json.ts",
    from: "if (depth > MAX_DEPTH) throw",
    to: "if (depth > MAX_DEPTH) return null;\n  if (depth > MAX_DEPTH) throw",
    test: tracking,
  },
  {
    promise: "an event with a BigInt is refused",
    file: "src/tracking/copy-json.ts",
    from: "throw new CopyError(`holds",
    to: "return String(value);\n      throw new CopyError(`holds",
    test: tracking,
  },
  {
    ...event,
    promise: "an event whose getter throws is refused",
    from: "if (error instanceof ValidationError) throw error;",
    to: 'if (error instanceof ValidationError) throw error;\n    return { flagKey: "?", eventName: "?", userId: "?", timestamp: now } as TrackedEvent;',
  },
  {
    promise: "an event of more than 32 KiB is refused",
    file: "src/tracking/tracked-event.ts",
    from: "MAX_EVENT_BYTES = 32_768",
    to: "MAX_EVENT_BYTES = 65_536",
    test: tracking,
  },
  {
    ...event,
    promise: "the 32 KiB of an event are bytes",
    from: "if (size.atMost > MAX_EVENT_BYTES) refuseLarge(event, size);",
    to: "",
  },
  {
    ...core,
    promise: "a refused event is an error",
    from: "queue.refuse();\n      this.report(ensureRollgateError(error));",
    to: "queue.refuse();\n      ensureRollgateError(error);",
  },
  {
    ...core,
    promise: "an event is refused alone",
    from: "queue.refuse();\n      this.report(ensureRollgateError(error));",
    to: "queue.refuse();\n      this.report(ensureRollgateError(error));\n      queue.closeRemaining();",
  },
  {
    promise: "the timestamp is of the call of track",
    file: "src/protocol/events-body.ts",
    from: "rfc3339(event.timestamp)",
    to: "rfc3339(Date.now())",
    test: tracking,
  },

  // When it is flushed
  {
    ...plans,
    promise: "events are flushed every flushIntervalMs",
    from: "flushInterval: ({ context }) => context.flushIntervalMs",
    to: "flushInterval: ({ context }) => context.flushIntervalMs * 2",
  },
  {
    ...core,
    promise: "events are flushed at maxBufferSize",
    from: "if (before < batch && size >= batch)",
    to: "if (before < batch && size > batch)",
    test: flushing,
  },
  {
    ...facade,
    promise: "events are flushed on flushEvents",
    from: 'this.#core.send({ type: "flush", channel: "tracking", count: queue.size });',
    to: "",
    test: flushing,
  },
  {
    promise: "events are flushed on close",
    file: "machines/client.setup.ts",
    from: 'enqueue.sendTo("tracking", { type: "close" });',
    to: "",
    test: flushing,
  },
  {
    ...loop,
    promise: "one POST is in flight",
    from: 'none: { on: { "flush.last"',
    to: 'none: { on: { flush: { guard: "flushing", target: "posting" }, "flush.last"',
  },
  {
    promise: "no body holds more than maxBufferSize events",
    file: "src/client/event-sender.ts",
    from: "Math.min(limit, this.batchSize)",
    to: "limit",
    test: flushing,
  },

  // A batch that failed
  {
    ...queue,
    promise: "a failed batch returns to the front",
    from: "waiting.pushFront(flight);",
    to: "for (const entry of flight) waiting.pushBack(entry);",
  },
  {
    ...queue,
    promise: "a failed batch returns in order",
    from: "waiting.pushFront(flight);",
    to: "waiting.pushFront([...flight].reverse());",
  },
  {
    ...loop,
    promise: "a failed batch is retried without limit",
    from: '{ target: "backingOff", actions: failed }',
    to: '{ guard: ({ context }) => context.attempt < 5, target: "backingOff", actions: failed }',
  },
  {
    promise: "the backoff of events doubles",
    file: "src/time/backoff.ts",
    from: "options.baseDelayMs * 2 **",
    to: "options.baseDelayMs * 3 **",
    test: flushing,
  },
  {
    promise: "the backoff of events ends at retry.maxDelayMs",
    file: "src/time/backoff.ts",
    from: "Math.min(options.baseDelayMs",
    to: "Math.max(options.baseDelayMs",
    test: flushing,
  },
  {
    ...plans,
    promise: "the backoff of events is jittered",
    from: "backoffDelay(context.attempt, context.backoff, () => context.dice)",
    to: "backoffDelay(context.attempt, context.backoff, () => 0.5)",
  },
  {
    ...batch,
    promise: "413 splits a batch",
    from: "if (error.statusCode === 413 && batch.size > 1) {",
    to: "if (error.statusCode === 413 && batch.size > 1_000) {",
  },
  {
    ...batch,
    promise: "401 and 403 let events wait",
    from: "if (refusesKey) {",
    to: "if (refusesKey && batch.size === 0) {",
  },
  {
    ...batch,
    promise: "other refusals drop the batch",
    from: "return status !== undefined && status >= 400 && status < 500;",
    to: "return status === 413;",
  },
  {
    ...batch,
    promise: "a dropped batch counts as rejected",
    from: "batch.settle(0);",
    to: "batch.settle(batch.size);",
  },
  {
    ...told,
    promise: "a dropped batch is told by events_dropped",
    from: 'bridge.emit("events_dropped", { count: rejected, reason: "rejected" });',
    to: "",
  },
  {
    ...queue,
    promise: "beyond maxQueueSize the oldest go",
    from: "waiting.take(excess);",
    to: "const kept = waiting.take(waiting.size - excess);\n    waiting.clear();\n    waiting.pushFront(kept);",
    test: tracking,
  },
  {
    ...queue,
    promise: "what goes beyond maxQueueSize is counted",
    from: "overflow += excess;",
    to: "",
    test: tracking,
  },
  {
    ...batch,
    promise: "what the server did not receive counts as dropped",
    from: "const delivered = Math.min(received, batch.size);",
    to: "const delivered = Math.max(received, batch.size);",
  },
  {
    ...told,
    promise: "what the server did not receive is reported",
    from: "if (rejected > 0) {",
    to: "if (rejected > 0 && failure) {",
  },
  {
    ...batch,
    promise: "no event is sent again that had an answer",
    from: "batch.settle(delivered);",
    to: "batch.putBack();",
  },
  {
    promise: "no event is sent again after a restart that had an answer",
    file: "machines/client.machine.ts",
    from: '[{ type: "emitAsIs", params: ({ event }) => event }, "saveOutbox"]',
    to: '[{ type: "emitAsIs", params: ({ event }) => event }]',
    test: "test/integration/delivery/persistence.test.ts",
  },
];
