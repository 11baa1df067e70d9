import { rename } from "node:fs/promises";
import type { RollgateError } from "../errors/rollgate-error";
import { makeParent, readIfPresent, sweepTemporaries, writeAtomically } from "./atomic-file";
import { createOnce, storageError } from "./failures";
import { type FileContent, type FileEntry, formatFile, parseFile } from "./file-format";
import { withFileLock } from "./file-lock";
import { createMemoryStorage } from "./memory";
import { type Stamped, surplusKeys } from "./recent";
import { createSerial } from "./serial";
import type { FlagStorage } from "./storage";

/** What {@link createFileStorage} can be told. */
export interface FileStorageOptions {
  /** Told once when the file is not ours, and once when a later version wrote it (`code` `STORAGE_FAILED`). */
  readonly report?: (error: RollgateError) => void;
  /** Stamps entries, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** What {@link createFileStorage} makes. */
export interface FileStorage extends FlagStorage {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  keys(prefix: string): Promise<string[]>;
}

/**
 * Makes a storage that keeps everything in one JSON file, which several processes
 * may share: each write takes in what others wrote meanwhile and replaces the
 * file as a whole. Bounded; see {@link surplusKeys}.
 *
 * A file that is damaged or not ours counts as empty and is moved to
 * `<path>.unreadable` by the next write. One that a later version wrote is left
 * alone; entries then last as long as the process. Methods reject with the
 * system's error when the file cannot be read or written.
 */
export function createFileStorage(path: string, options: FileStorageOptions = {}): FileStorage {
  const { report = () => {}, now = Date.now } = options;
  const once = createOnce(report);
  const serial = createSerial();
  const memory = createMemoryStorage();
  let swept = false;

  async function load(): Promise<FileContent> {
    const text = await readIfPresent(path);
    if (text === undefined) return { kind: "entries", entries: new Map() };
    const content = parseFile(text);
    if (content.kind !== "entries") once(content.kind, () => storageError(PROBLEMS[content.kind]));
    return content;
  }

  async function read(): Promise<ReadonlyMap<string, FileEntry> | undefined> {
    const content = await load();
    if (content.kind === "newer") return undefined;
    return content.kind === "entries" ? content.entries : new Map();
  }

  /** @returns false when the file must not be changed. */
  async function write(apply: (entries: Map<string, FileEntry>) => void): Promise<boolean> {
    await makeParent(path);
    if (!swept) await sweepTemporaries(path);
    swept = true;
    return withFileLock(`${path}.lock`, async () => {
      const content = await load();
      if (content.kind === "newer") return false;
      const entries = content.kind === "entries" ? content.entries : new Map();
      apply(entries);
      if (content.kind === "unreadable") await rename(path, `${path}.unreadable`);
      await writeAtomically(path, formatFile(entries));
      return true;
    });
  }

  return {
    get: (key) =>
      serial(async () => {
        const entries = await read();
        return entries ? entries.get(key)?.value : memory.get(key);
      }),
    set: (key, value) =>
      serial(async () => {
        const at = now();
        const written = await write((entries) => {
          entries.delete(key);
          entries.set(key, { value, at });
          for (const surplus of surplusKeys(stamped(entries), at)) entries.delete(surplus);
        });
        if (!written) memory.set(key, value);
      }),
    delete: (key) =>
      serial(async () => {
        memory.delete(key);
        if ((await read())?.has(key)) await write((entries) => entries.delete(key));
      }),
    keys: (prefix) =>
      serial(async () => {
        const entries = await read();
        if (!entries) return memory.keys(prefix);
        return [...entries.keys()].filter((key) => key.startsWith(prefix));
      }),
  };
}

const PROBLEMS = {
  unreadable: "file is damaged or not ours; it counts as empty",
  newer: "file was written by a later version; it is left alone and nothing is persisted",
} as const;

function stamped(entries: ReadonlyMap<string, FileEntry>): Stamped[] {
  return [...entries].map(([key, { value, at }]) => ({ key, at, size: value.length }));
}
