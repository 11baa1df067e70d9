/** Whether HTTP can carry this header value: bytes, none of them a control character but the tab. */
export function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** Copies headers, leaving out those that cannot be sent: a request without them is still right. */
export function sendableHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => isHeaderValue(value)));
}

/** A response's header; `undefined` when it is absent, empty, or hidden by CORS. */
export function headerOf(
  response: { readonly headers?: Pick<Headers, "get"> },
  name: string,
): string | undefined {
  return response.headers?.get(name) || undefined;
}
