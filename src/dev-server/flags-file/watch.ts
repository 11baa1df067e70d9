import { watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { FlagsFileError, problemAt } from "./flags-file-error";
import { readFlagsText } from "./read";

/** Quiet time after the last sign of a change before the file is read, in milliseconds: editors write in several steps. */
const SETTLE_MS = 50;

/** Who wants to know what happens to a flags file. */
export interface FlagsFileListener {
  /** The file's text is another than before. What this throws goes to `failed`. */
  changed(text: string): void;
  /** The file cannot be read or used, or not be watched any more. */
  failed(error: unknown): void;
}

/**
 * Watches a flags file. Its directory is watched, not the file, since many
 * editors save by putting a new file in the old one's place.
 *
 * @param known the text that the caller has already
 * @returns a function that ends the watching
 */
export function watchFlagsFile(
  path: string,
  known: string,
  listener: FlagsFileListener,
): () => void {
  const file = resolve(path);
  let latest: string | undefined = known;
  let isEnded = false;
  let timer: NodeJS.Timeout | undefined;
  let reading = Promise.resolve();

  const check = async () => {
    try {
      const text = await readFlagsText(path);
      if (isEnded || text === latest) return;
      latest = text;
      listener.changed(text);
    } catch (error) {
      if (isEnded) return;
      latest = undefined;
      listener.failed(error);
    }
  };
  const checkSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      reading = reading.then(check);
    }, SETTLE_MS);
  };
  const cannotWatch = (cause: unknown) => {
    const message = `cannot be watched (${String(cause)}): restart the server after a change`;
    listener.failed(new FlagsFileError([problemAt([], message)], path, cause));
  };

  try {
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === null || name === basename(file)) checkSoon();
    });
    watcher.on("error", cannotWatch);
    // Covers a save between the caller's reading and this.
    checkSoon();
    return () => {
      isEnded = true;
      clearTimeout(timer);
      watcher.close();
    };
  } catch (error) {
    cannotWatch(error);
    return () => {};
  }
}
