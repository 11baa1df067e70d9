import { type ByteStream, openBytes } from "./byte-source";

/** A body as far as it was wanted. */
export interface BodyText {
  readonly text: string;
  /** There was more than the limit; the rest was refused. */
  readonly cut: boolean;
}

/** The members of a `Response` that reading it may need; polyfills lack some. */
export interface ReadableResponse {
  readonly body?: ByteStream | null;
  arrayBuffer?(): Promise<ArrayBuffer>;
  text?(): Promise<string>;
}

/**
 * Reads a body as text, at most `limit` bytes of it, counted after decompression.
 * Ends early, with what there is, when `signal` aborts.
 */
export async function readBody(
  response: ReadableResponse,
  limit: number,
  signal: AbortSignal,
): Promise<BodyText> {
  if (response.body) return readStream(response.body, limit, signal);
  if (response.body === null) return { text: "", cut: false };
  // Without streams the limit comes late, but it comes.
  const bytes =
    typeof response.arrayBuffer === "function"
      ? new Uint8Array(await response.arrayBuffer())
      : new TextEncoder().encode((await response.text?.()) ?? "");
  return decode([bytes.subarray(0, limit)], bytes.length > limit);
}

/** Lets a body go unread, so that its connection is free again. */
export function discardBody(response: ReadableResponse): void {
  try {
    if (response.body) openBytes(response.body).release();
  } catch {}
}

async function readStream(
  stream: ByteStream,
  limit: number,
  signal: AbortSignal,
): Promise<BodyText> {
  const source = openBytes(stream);
  // A polyfill's body may not know of the signal that its fetch was given.
  const onAbort = () => source.release();
  signal.addEventListener("abort", onAbort);
  try {
    const chunks: Uint8Array[] = [];
    let room = limit;
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
      chunks.push(chunk.subarray(0, room));
      room -= chunk.length;
      if (room < 0 || signal.aborted) break;
    }
    return decode(chunks, room < 0);
  } finally {
    signal.removeEventListener("abort", onAbort);
    source.release();
  }
}

function decode(chunks: readonly Uint8Array[], cut: boolean): BodyText {
  const decoder = new TextDecoder();
  const [first] = chunks;
  if (chunks.length === 1) return { text: decoder.decode(first), cut };
  const all = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return { text: decoder.decode(all), cut };
}
