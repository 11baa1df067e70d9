import type { Exchange } from "./exchange";
import { Refusal } from "./refusal";

/** Where the stream accepts the API key; servers in the field differ. */
export type StreamAuth = "both" | "token" | "header";

/**
 * Lets a request pass that carries the key, as Bearer or, on the stream, as `?token=`.
 *
 * @throws Refusal 401
 */
export function authorize(exchange: Exchange, apiKey: string, streamAuth?: StreamAuth): void {
  const header = bearerToken(exchange.request.headers.authorization);
  const token = exchange.query.get("token") ?? undefined;
  const given = [
    streamAuth === "token" ? undefined : header,
    streamAuth === undefined || streamAuth === "header" ? undefined : token,
  ].filter((key) => key !== undefined);
  if (given.includes(apiKey)) return;
  if (given.length > 0) throw new Refusal(401);
  const where = streamAuth === "token" ? "`?token=`" : "`Authorization: Bearer <key>`";
  throw new Refusal(401, { code: "AUTH_001", message: `No API key was sent as ${where}.` });
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(.+)$/i.exec(header ?? "")?.[1]?.trim();
}
