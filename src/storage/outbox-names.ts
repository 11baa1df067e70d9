import { randomBytes } from "node:crypto";
import { threadId } from "node:worker_threads";

/** The owner of an outbox file, as its name tells. */
export interface OutboxOwner {
  readonly pid: number;
  readonly thread: number;
}

/** No process has this id: an outbox that was given up bears it. */
export const NOBODY = 0;

/** The name for an outbox of `pid`; its events belong to one namespace, since another API key would send them elsewhere. */
export function outboxName(base: string, namespace: string, pid: number = process.pid): string {
  const random = randomBytes(8).toString("hex");
  return `${base}.outbox-${pid}-${namespace}-${threadId}-${random}`;
}

/** Reads the name of an outbox file; `undefined` when it is none, or of another namespace. */
export function ownerOf(name: string, base: string, namespace: string): OutboxOwner | undefined {
  const start = `${base}.outbox-`;
  if (!name.startsWith(start)) return undefined;
  const parts = /^(\d+)-([^-]+)-(\d+)-[0-9a-f]+$/.exec(name.slice(start.length));
  return parts?.[2] === namespace ? { pid: Number(parts[1]), thread: Number(parts[3]) } : undefined;
}
