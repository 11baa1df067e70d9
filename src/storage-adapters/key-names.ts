/**
 * The name under which a key lies in a driver: its parts between colons, each with
 * what drivers might take for something else escaped. No two keys share a name.
 */
export function nameOf(key: string, separator: string): string {
  return key.split(":").map(escaped).join(separator);
}

/** Reads what {@link nameOf} wrote; `undefined` when it wrote no such thing. */
export function keyOf(name: string, separator: string): string | undefined {
  try {
    const key = name
      .split(separator)
      .map((part) => (part === EMPTY ? "" : decodeURIComponent(part)))
      .join(":");
    return nameOf(key, separator) === name ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The parts of `prefix` that are complete, as the start of the names of all keys with it. */
export function baseOf(prefix: string): string {
  const complete = prefix.slice(0, prefix.lastIndexOf(":") + 1);
  return complete === "" ? "" : `${nameOf(complete.slice(0, -1), ":")}:`;
}

// Drivers merge separators that stand side by side.
const EMPTY = "~";

function escaped(part: string): string {
  if (part === "") return EMPTY;
  // A dot is a folder, a star a pattern, and so on.
  return encodeURIComponent(part).replace(
    /[.!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
