import { bytesToBase64 } from "../errors/base64";
import type { UserContext } from "../flags/types";

/** Longest `X-User-Context` value, in bytes; many servers and proxies refuse longer headers. */
export const MAX_USER_CONTEXT_BYTES = 8_192;

/** The body of `POST /api/v1/sdk/identify`. */
export function userBody(user: UserContext): string {
  return JSON.stringify({ user: wireUser(user) });
}

/**
 * The value of the header `X-User-Context`: padded base64 of the user's JSON in
 * UTF-8.
 *
 * @returns `undefined` when it would pass {@link MAX_USER_CONTEXT_BYTES}: identify carries the user then.
 */
export function encodeUserContext(user: UserContext): string | undefined {
  const bytes = new TextEncoder().encode(JSON.stringify(wireUser(user)));
  const length = Math.ceil(bytes.length / 3) * 4;
  return length > MAX_USER_CONTEXT_BYTES ? undefined : bytesToBase64(bytes);
}

// Only what the wire knows: an app's user object may carry more.
function wireUser({ id, email, attributes }: UserContext): UserContext {
  return {
    id,
    ...(email !== undefined && { email }),
    ...(attributes !== undefined && { attributes }),
  };
}
