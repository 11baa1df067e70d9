import { fieldsOf } from "./json";

/** Paths of all states that a state value is in, compound ones and regions included. */
export function activePaths(value: unknown): ReadonlySet<string> {
  const paths = new Set<string>();
  collect(value, "", paths);
  return paths;
}

function collect(value: unknown, path: string, paths: Set<string>): void {
  const inner = typeof value === "string" ? { [value]: {} } : (fieldsOf(value) ?? {});
  for (const [key, rest] of Object.entries(inner)) {
    const child = path === "" ? key : `${path}.${key}`;
    paths.add(child);
    collect(rest, child, paths);
  }
}
