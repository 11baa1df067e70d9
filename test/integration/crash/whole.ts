/** Whether what lies at a place is whole. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeEntry } from "../../../src/storage/cache-entry";
import { isMiss } from "../../../src/storage/envelope";
import { parseFile } from "../../../src/storage/file-format";
import { createNames } from "../../../src/storage/names";
import { decodeEvents } from "../../../src/tracking/event-codec";
import { API_KEY } from "../../support/client";
import { FLAGS, USERS } from "./lines";

const namesOf = createNames(async (text) => createHash("sha256").update(text).digest("hex"));

/** What the cache holds for each user: the one value that all of a set's flags have. */
export type Kept = ReadonlyMap<string, number>;

/**
 * Reads the cache as the next process will.
 *
 * @throws Error when anything in it is not as one writer left it
 */
export async function readKept(persistPath: string, baseUrl: string): Promise<Kept> {
  const text = await readFile(persistPath, "utf8").catch(() => undefined);
  if (text === undefined) return new Map();
  const content = parseFile(text);
  if (content.kind !== "entries") throw new Error(`The cache is ${content.kind}.`);
  const names = await namesOf({ baseUrl, apiKey: API_KEY, typedFlags: true });
  const kept = new Map<string, number>();
  for (const user of USERS) {
    const entry = content.entries.get(await names.flagsKey(user));
    if (entry !== undefined) kept.set(user, oneValue(user, entry.value));
  }
  if (kept.size < content.entries.size) throw new Error("The cache holds what nobody put there.");
  return kept;
}

function oneValue(user: string, text: string): number {
  const entry = decodeEntry(text);
  if (isMiss(entry)) throw new Error(`The entry of ${user} is ${entry.miss}.`);
  const values = new Set([...entry.flags.values()].map(({ value }) => value));
  const [value] = values;
  if (entry.flags.size !== FLAGS || values.size !== 1 || typeof value !== "number")
    throw new Error(`The entry of ${user} is of more than one set, or not a whole one.`);
  return value;
}

/** The outboxes at a place; what is written but not in place does not count. */
export async function outboxesIn(persistPath: string): Promise<string[]> {
  const names = await readdir(dirname(persistPath));
  return names.filter((name) => /\.outbox-[^.]*$/.test(name));
}

/** What is wrong with the outboxes and with who may read what; empty when nothing is. */
export async function faultsBeside(persistPath: string): Promise<string[]> {
  const directory = dirname(persistPath);
  const faults: string[] = [];
  for (const name of await readdir(directory)) {
    const { mode } = await stat(join(directory, name));
    if ((mode & 0o777) !== 0o600) faults.push(`${name} has mode ${(mode & 0o777).toString(8)}`);
  }
  for (const name of await outboxesIn(persistPath)) {
    const text = await readFile(join(directory, name), "utf8");
    if (decodeEvents(text).length === 0) faults.push(`${name} is not whole`);
  }
  return faults;
}
