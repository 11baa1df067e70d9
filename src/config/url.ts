/**
 * The URL of a server in the one form that paths can be appended to: without
 * trailing slash, in normal spelling.
 *
 * @returns `undefined` when it is no http(s) URL, or has credentials, a query or a hash.
 */
export function normalUrl(text: unknown): string | undefined {
  if (typeof text !== "string" || /[?#]/.test(text)) return undefined;
  try {
    const url = new URL(text);
    if (!/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
    return url.origin + url.pathname.replace(/\/+$/, "");
  } catch {
    return undefined;
  }
}
