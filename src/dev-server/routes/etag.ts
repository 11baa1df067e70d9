import { createHash } from "node:crypto";
import { canonicalJson } from "../evaluation/canonical-json";
import type { Exchange } from "../http/exchange";
import { json, type Reply } from "../http/reply";

/**
 * Answers with `body`, or with 304 when the sender holds these flags already.
 * The tag covers the flags alone, so users with equal flags share it, and is
 * compared as it is: no lists, no weak forms.
 */
export function conditionalJson(
  exchange: Exchange,
  flags: unknown,
  body: unknown,
  userId: string | undefined,
): Reply {
  const hash = createHash("sha256").update(canonicalJson(flags)).digest("hex").slice(0, 32);
  const headers = { ETag: `"${hash}"`, "Cache-Control": "no-cache" };
  const about = userId === undefined ? {} : { userId };
  if (exchange.request.headers["if-none-match"] === headers.ETag) {
    return { status: 304, headers, ...about };
  }
  return json(200, body, { headers, ...about });
}
