/** Values to put behind the `?`; those that are `undefined` are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/** Joins a base, which may have a path of its own and trailing slashes, with an absolute path and a query. */
export function buildUrl(baseUrl: string, path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.append(name, value);
  }
  const url = baseUrl.replace(/\/+$/, "") + path;
  const text = search.toString();
  // `%20` is read as a blank by every server, `+` by those that take the query for a form.
  return text === "" ? url : `${url}?${text.replaceAll("+", "%20")}`;
}

/** The origin that `location` points to; `undefined` when it points to none. */
export function originOf(location: string | undefined, base?: string): string | undefined {
  if (location === undefined) return undefined;
  try {
    const { origin } = new URL(location, base);
    return origin === "null" ? undefined : origin;
  } catch {
    return undefined;
  }
}
