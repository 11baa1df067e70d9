/** Breaks of what holds when processes are killed at any moment, and when several share a place. */
const killed = "test/integration/crash/killed.test.ts";
const together = "test/integration/crash/together.test.ts";
const takingOver = "test/integration/crash/taking-over.test.ts";
const handedOver = "test/unit/storage/outbox-events.test.ts";
const events = { file: "src/storage/outbox-events.ts" };
const atomic = { file: "src/storage/atomic-file.ts" };

export default [
  {
    promise: "a killed client has recorded every event older than a second",
    file: "src/client/machine-input.ts",
    from: "OUTBOX_DELAY_MS = 500",
    to: "OUTBOX_DELAY_MS = 5_000",
    test: killed,
  },
  {
    ...atomic,
    promise: "a cache is whole, whoever reads it when",
    from: "      await file.writeFile(text);\n",
    to: '      await (await open(path, "w", 0o600)).writeFile(text.slice(0, -1));\n      await file.writeFile(text);\n',
    test: together,
  },
  {
    promise: "an orphan's events are sent by one of those who start at once",
    file: "src/storage/outbox-file.ts",
    from: "await rename(orphan, path);\n",
    to: 'await writeAtomically(path, (await readIfPresent(orphan)) ?? "");\n',
    test: together,
  },
  {
    promise: "what a living process has not sent yet is sent by no other",
    file: "src/storage/outbox-orphans.ts",
    from: "if (owner.pid !== process.pid) return !isAlive(owner.pid);",
    to: "if (owner.pid !== process.pid) return true;",
    test: together,
  },
  {
    ...events,
    promise: "an event that was taken over lies in one outbox, wherever its new owner is killed",
    from: "held.filter((event) => own.delete(event))",
    to: "held.filter((event) => own.has(event))",
    test: takingOver,
  },
  {
    ...events,
    promise: "an adopted outbox is rewritten only when it changed",
    from: "if (left.length < held.length || left.length === 0) changed.set(box, left);",
    to: "changed.set(box, left);",
    test: handedOver,
  },
  {
    ...events,
    promise: "adopted events are sent oldest first",
    from: "take(adopted.flat().sort((a, b) => a.timestamp - b.timestamp));",
    to: "take(adopted.flat());",
    test: handedOver,
  },
  {
    ...events,
    promise: "a save while outboxes are adopted discards none of them",
    from: "const adopted = (await store.adopt()).map(({ text, box }) => {",
    to: 'boxes.set("A", []);\n      const adopted = (await store.adopt()).map(({ text, box }) => {',
    test: handedOver,
  },
];
