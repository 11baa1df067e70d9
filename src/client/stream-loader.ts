import { RollgateError } from "../errors";
import { abortError } from "../http/abort";
import type { Platform } from "../platform/platform";
import type { ReadStream, StreamReaderOptions } from "../sse";

/**
 * A reader of streams that is loaded with the first of them, and asked for again
 * after it failed to load: then the stream rejects with the code `STREAM_NOT_LOADED`.
 */
export function readerOnDemand(
  load: Platform["loadStreamReader"],
  options: StreamReaderOptions,
): ReadStream {
  let reader: ReadStream | undefined;
  return async (listener) => {
    reader ??= (await loaded(load))(options);
    // Nobody may wait for this stream any more.
    if (listener.signal.aborted) throw abortError();
    return reader(listener);
  };
}

async function loaded(load: Platform["loadStreamReader"]) {
  try {
    return await load();
  } catch (cause) {
    throw new RollgateError(
      "The reader of streams could not be loaded; polling goes on meanwhile.",
      { code: "STREAM_NOT_LOADED", retryable: true, cause },
    );
  }
}
