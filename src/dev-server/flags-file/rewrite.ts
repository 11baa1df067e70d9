import { randomBytes } from "node:crypto";
import {
  chmodSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { FlagsFileError, problemAt } from "./flags-file-error";
import { unreadable } from "./read";

/** How often a file is read anew because somebody else wrote it meanwhile. */
const MAX_ATTEMPTS = 10;

/**
 * Changes the text of a flags file. Readers see the old text or the new one, and
 * what others saved up to the last moment is kept: nothing of this process comes
 * between reading and writing, and of another's write it takes notice.
 *
 * @param change gets the text as it is now; may be called again
 * @returns the text that the file holds now
 * @throws FlagsFileError when the file cannot be read or written; what `change` throws
 */
export function rewriteFlagsFile(path: string, change: (text: string) => string): string {
  const file = attempt(path, () => realpathSync(path), unreadable);
  const temporary = `${file}.tmp-${randomBytes(6).toString("hex")}`;
  const read = () => attempt(path, () => readFileSync(file, "utf8"), unreadable);
  try {
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      const before = read();
      const after = change(before);
      if (after === before) return after;
      const isWritten = attempt(
        path,
        () => {
          writeFileSync(temporary, after);
          chmodSync(temporary, statSync(file).mode);
          if (readFileSync(file, "utf8") !== before) return false;
          renameSync(temporary, file);
          return true;
        },
        unwritable,
      );
      if (isWritten) return after;
    }
    throw unwritable(path, new Error("others write it all the time"));
  } finally {
    rmSync(temporary, { force: true });
  }
}

function attempt<T>(
  path: string,
  act: () => T,
  failure: (path: string, cause: unknown) => FlagsFileError,
): T {
  try {
    return act();
  } catch (cause) {
    throw failure(path, cause);
  }
}

function unwritable(path: string, cause: unknown): FlagsFileError {
  const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  return new FlagsFileError([problemAt([], `cannot be written (${reason})`)], path, cause);
}
