import type { FlagPatch } from "../devtools/messages";
import { canonicalJson } from "../evaluation/canonical-json";
import { editFlag } from "./edit-flag";
import { parseFlagsFile } from "./parse";
import { patchFlag } from "./patch";
import { rewriteFlagsFile } from "./rewrite";
import type { FlagsFile } from "./types";

/** A flags file after a change of ours. */
export interface SavedFlags {
  readonly text: string;
  readonly file: FlagsFile;
}

/**
 * Changes fields of one flag in a flags file, comments and layout kept.
 *
 * @returns what the file holds now; `undefined` when it has no such flag
 * @throws FlagsFileError when the file, as it is now, has mistakes, or cannot be read or written
 */
export function saveFlag(path: string, key: string, patch: FlagPatch): SavedFlags | undefined {
  let isThere = true;
  const text = rewriteFlagsFile(path, (current) => {
    const before = parseFlagsFile(current, path);
    isThere = Object.hasOwn(before.flags, key);
    if (!isThere) return current;
    const edited = editFlag(current, key, patch);
    // A person's file is never replaced by one that says anything else than was asked for.
    const wanted = canonicalJson(patchFlag(before, key, patch));
    if (canonicalJson(parseFlagsFile(edited, path)) !== wanted) {
      throw new Error(`The flag "${key}" cannot be changed in ${path} without changing more.`);
    }
    return edited;
  });
  return isThere ? { text, file: parseFlagsFile(text, path) } : undefined;
}
