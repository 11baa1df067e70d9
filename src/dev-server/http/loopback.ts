/** Whether a host name, without port, can only mean this machine. */
export function isLoopbackHost(name: string): boolean {
  const host = name.toLowerCase();
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "[::1]" ||
    host === "::1" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
  );
}

/** Whether an `Origin` header names a page served by this machine, on any port. */
export function isLoopbackOrigin(origin: string | undefined): origin is string {
  const url = parseUrl(origin);
  return url !== undefined && /^https?:$/.test(url.protocol) && isLoopbackHost(url.hostname);
}

/** Host name of a `Host` header, or `undefined` when it is none. */
export function hostName(header: string | undefined): string | undefined {
  return header === undefined ? undefined : parseUrl(`http://${header}`)?.hostname;
}

function parseUrl(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}
