import { FlagsFileError, problemAt } from "./flags-file/flags-file-error";
import { parseFlagsFile } from "./flags-file/parse";
import { type FlagsFileWatch, watchFlagsFile } from "./flags-file/watch";
import type { ServerState } from "./state";

/**
 * Puts a flags file in force whenever it is saved. One with mistakes is
 * reported, and the flags in force stay.
 *
 * @param text what the file held when the server started
 */
export function followFile(path: string, text: string, state: ServerState): FlagsFileWatch {
  const refuse = (error: unknown) => {
    const reason =
      error instanceof FlagsFileError
        ? error
        : new FlagsFileError([problemAt([], `cannot be used (${String(error)})`)], path, error);
    state.refuseFlags(reason);
  };
  return watchFlagsFile(path, text, {
    failed: refuse,
    changed: (saved) => state.replaceFlags(parseFlagsFile(saved, path)),
  });
}
