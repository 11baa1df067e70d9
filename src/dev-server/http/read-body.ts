import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal";

/** Largest body that is read, in bytes. */
const MAX_BODY_BYTES = 1_048_576;
/** A sender that goes on this far past the limit is cut off. */
const MAX_DISCARDED_BYTES = 64 * MAX_BODY_BYTES;

/**
 * The request's JSON body.
 *
 * @throws Refusal 413 above {@link MAX_BODY_BYTES}, 400 when it is no JSON
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    // Too much is still read to its end: many senders look at the answer only after that.
    else if (size > MAX_DISCARDED_BYTES) request.destroy();
  }
  if (size > MAX_BODY_BYTES) {
    throw new Refusal(413, { message: `The body is larger than ${MAX_BODY_BYTES} bytes.` });
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Refusal(400, { message: "The body is not JSON." });
  }
}
