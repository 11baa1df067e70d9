import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Replaces a file as a whole: a reader, or a process that starts after a crash,
 * sees the old text or the new one. Only the owner may read it (mode 0600).
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp-${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** More than everything that is ever written: what is larger is not ours, and would only cost memory. */
const MAX_FILE_BYTES = 256 * 1_024 * 1_024;

/**
 * The text of a file; `undefined` when there is no such file.
 *
 * @throws Error when it is no plain file, or too large to be ours
 */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    // Opening a pipe would wait for a writer, and block one of the app's few threads for files.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const about = await file.stat();
      if (!about.isFile()) throw new Error("what is there is not a file");
      if (about.size > MAX_FILE_BYTES) throw new Error("the file is too large to be ours");
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Makes the directory that `path` is to lie in, for the owner only (mode 0700). */
export async function makeParent(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
}

/** Names of the files beside `path` whose names start with its name; none when there is no directory. */
export async function namesBeside(path: string): Promise<string[]> {
  try {
    const names = await readdir(dirname(path));
    return names.filter((name) => name.startsWith(basename(path)));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

/** Deletes what writers that were killed left beside `path`, as far as it can. */
export async function sweepTemporaries(path: string): Promise<void> {
  const names = await namesBeside(path).catch(() => []);
  for (const name of names) {
    const temporary = join(dirname(path), name);
    if (/\.tmp-[0-9a-f]{12}$/.test(name) && (await isOlderThan(temporary, MINUTE_MS)))
      await rm(temporary, { force: true }).catch(() => {});
  }
}

const MINUTE_MS = 60_000;

/** Whether a file was last changed more than `ms` ago; false when it is gone. */
export async function isOlderThan(path: string, ms: number): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  return Date.now() - mtimeMs > ms;
}

/** Whether `error` is the system's error of this name. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
