import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
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

/** The text of a file; `undefined` when there is no such file. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
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
