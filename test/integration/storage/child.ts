import { createFileStorage } from "../../../src/storage/file";
import { createFileOutbox } from "../../../src/storage/outbox-file";
import type { Call } from "./support";

// Runs in a process of its own and does what its parent says.

const outboxes = new Map<number, ReturnType<typeof createFileOutbox>>();

function outbox(path: string, number = 0) {
  const known = outboxes.get(number) ?? createFileOutbox({ persistPath: path, namespace: "ns" });
  outboxes.set(number, known);
  return known;
}

async function run({ path, method, args }: Call): Promise<unknown> {
  switch (method) {
    case "setMany": {
      const [prefix, count, value] = args as [string, number, string];
      const storage = createFileStorage(path);
      for (let i = 0; i < count; i++) await storage.set(`${prefix}${i}`, value);
      return undefined;
    }
    case "adopt":
      return (await outbox(path).adopt()).map(({ text }) => text);
    case "save":
      return outbox(path, args[0] as number).save(args[1] as string);
    case "release":
      return outbox(path).release();
    default:
      throw new Error(`unknown method ${method}`);
  }
}

process.on("message", (call: Call) => {
  run(call).then(
    (result) => process.send?.({ id: call.id, result }),
    (error) => process.send?.({ id: call.id, error: String(error) }),
  );
});
process.send?.({ id: 0 });
