import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Of this package, or of one that is installed with the bench. */
export function versionOf(name: string): string {
  const file =
    name === "rollgate" ? "package.json" : join("bench/node_modules", name, "package.json");
  return JSON.parse(readFileSync(file, "utf8")).version;
}
