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

/** A flags file that is being watched. */
export interface FlagsFileWatch {
  /** Tells that the file holds this text by now, and that it is no news. */
  know(text: string): void;
  end(): void;
}

/**
 * Watches a flags file. Its directory is watched, not the file, since many
 * editors save by putting a new file in the old one's place.
 *
 * @param known the text that the caller has already
 */
export function watchFlagsFile(
  path: string,
  known: string,
  listener: FlagsFileListener,
): FlagsFileWatch {
  const file = resolve(path);
  let latest: string | undefined = known;
  let tellings = 0;
  let isEnded = false;
  let timer: NodeJS.Timeout | undefined;
  let reading = Promise.resolve();

  const check = async () => {
    const tellingsBefore = tellings;
    try {
      const text = await readFlagsText(path);
      // What was read before the caller told may be older than what it told.
      if (isEnded || text === latest || tellings !== tellingsBefore) return;
      latest = text;
      listener.changed(text);
    } catch (error) {
      if (isEnded || tellings !== tellingsBefore) return;
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

  const know = (text: string) => {
    latest = text;
    tellings++;
    checkSoon();
  };

  try {
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === null || name === basename(file)) checkSoon();
    });
    watcher.on("error", cannotWatch);
    // Covers a save between the caller's reading and this.
    checkSoon();
    return {
      know,
      end: () => {
        isEnded = true;
        clearTimeout(timer);
        watcher.close();
      },
    };
  } catch (error) {
    cannotWatch(error);
    return { know: () => {}, end: () => {} };
  }
}
