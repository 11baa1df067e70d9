/** JSON text that is equal for equal values, whatever the order of their keys. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.assign(
      Object.create(null),
      Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
  });
}
