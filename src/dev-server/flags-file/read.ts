import { readFile } from "node:fs/promises";
import { FlagsFileError, problemAt } from "./flags-file-error";

/**
 * Text of a flags file.
 *
 * @throws FlagsFileError when it cannot be read; says how to make one when it does not exist
 */
export async function readFlagsText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The error for a flags file that the system could not read. */
export function unreadable(path: string, cause: unknown): FlagsFileError {
  const code = (cause as NodeJS.ErrnoException).code;
  const message =
    code === "ENOENT"
      ? "does not exist: create it with `npx rollgate dev --init`, or name another file"
      : `cannot be read (${code ?? String(cause)})`;
  return new FlagsFileError([problemAt([], message)], path, cause);
}
