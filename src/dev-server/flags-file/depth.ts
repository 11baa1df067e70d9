import { createScanner } from "jsonc-parser";
import { MAX_JSON_DEPTH } from "../../flags/json-value";

/** A value as deep as clients take it, in a flag's variation. */
const MAX_DEPTH = MAX_JSON_DEPTH + 5;

/** Where a text nests deeper than flags may: parsers and checks recurse, and would overflow the stack. */
export function findTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset();
    // The first character tells these tokens from all others, strings and comments included.
    const first = text.charAt(offset);
    if (first === "{" || first === "[") depth++;
    if (first === "}" || first === "]") depth--;
    if (depth > MAX_DEPTH) return offset;
  }
  return undefined;
}
