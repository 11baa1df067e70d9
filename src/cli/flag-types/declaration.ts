import type { FlagType } from "../../flags/types";

/** Every flag's type, by key. */
export type FlagTypes = ReadonlyMap<string, FlagType>;

/** What TypeScript calls a value of each type. The rules of a JSON flag may serve any JSON, now or later. */
const VALUES: Readonly<Record<FlagType, string>> = {
  boolean: "boolean",
  string: "string",
  number: "number",
  json: "JsonValue",
};

/**
 * The text of a TypeScript file that declares these flags to the package, keys in
 * order.
 *
 * @param origin what they were read from, on one line
 */
export function declarationOf(flags: FlagTypes, origin: string): string {
  const sorted = [...flags].sort(([a], [b]) => (a < b ? -1 : 1));
  const members = sorted.map(([key, type]) => `    ${quote(key)}: ${VALUES[type]};`);
  // Without an import or export it would declare the module anew, not add to it.
  const needsJson = [...flags.values()].includes("json");
  const head = needsJson ? 'import type { JsonValue } from "rollgate";' : "export {};";
  return [
    `// Made by \`rollgate types\` from ${origin}.`,
    "// Run it again when flags are added or removed; changes made by hand are lost.",
    head,
    "",
    'declare module "rollgate" {',
    "  interface RollgateFlags {",
    ...members,
    "  }",
    "}",
  ].join("\n");
}

/** A key as TypeScript source on one line, whatever it holds. */
function quote(key: string): string {
  return JSON.stringify(key).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
