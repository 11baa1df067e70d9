/** What a body or a stream may be: the web's kind, or Node's and older polyfills' kind. */
export type ByteStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** Bytes to be pulled, chunk by chunk. */
export interface ByteSource {
  /** The next chunk; `undefined` after the last. */
  next(): Promise<Uint8Array | undefined>;
  /** Gives up what is still to come and frees the connection; harmless when repeated. */
  release(): void;
}

/** Opens a stream for reading; from then on it is locked. */
export function openBytes(stream: ByteStream): ByteSource {
  return "getReader" in stream ? fromReader(stream.getReader()) : fromIterable(stream);
}

function fromReader(reader: ReadableStreamDefaultReader<unknown>): ByteSource {
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? undefined : toBytes(value);
    },
    release() {
      ignoreFailure(() => reader.cancel());
      ignoreFailure(() => reader.releaseLock());
    },
  };
}

function fromIterable(stream: AsyncIterable<unknown>): ByteSource {
  const iterator = stream[Symbol.asyncIterator]();
  return {
    async next() {
      const { done, value } = await iterator.next();
      return done ? undefined : toBytes(value);
    },
    release() {
      ignoreFailure(() => iterator.return?.());
      // A generator waiting for its next chunk hears of `return` only afterwards; Node's streams can be told.
      ignoreFailure(() => (stream as { destroy?(): unknown }).destroy?.());
    },
  };
}

function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  throw new TypeError("A stream delivered something other than bytes.");
}

function ignoreFailure(release: () => unknown): void {
  try {
    Promise.resolve(release()).catch(() => {});
  } catch {}
}
