import { ConfigurationError } from "../errors";
import type { FlagsBootstrap } from "./bootstrap";

const ID = "rollgate-bootstrap";

/** How flags are put into a page. */
export interface BootstrapScriptOptions {
  /** The element's id; another one where a page has several. @default "rollgate-bootstrap" */
  readonly id?: string;
}

/**
 * Writes flags as an element for a page that a server renders, where
 * {@link readBootstrap} finds them. It holds data, not code: nothing runs, and a
 * content security policy needs no exception for it. Whatever the flags say, it
 * cannot be left: what HTML gives a meaning is escaped.
 *
 * @param bootstrap what `client.toBootstrap()` gave; `undefined` gives an empty text
 * @throws ConfigurationError when `id` is no plain identifier, or the flags are no JSON.
 * @example
 * const head = bootstrapScript(client.toBootstrap(user));
 */
export function bootstrapScript(
  bootstrap: FlagsBootstrap | undefined,
  { id = ID }: BootstrapScriptOptions = {},
): string {
  if (!/^[A-Za-z][\w-]*$/.test(id)) {
    throw new ConfigurationError(
      "bootstrapScript: give an id of letters, digits, - and _, that begins with a letter.",
      "id",
    );
  }
  if (bootstrap === undefined) return "";
  return `<script type="application/json" id="${id}">${escapeHtml(jsonOf(bootstrap))}</script>`;
}

/**
 * Reads what {@link bootstrapScript} wrote into this page. `undefined` where there
 * is no such element, it is cut short, or there is no page: a client then starts
 * without. Never throws.
 *
 * @param id the element's, as it was written
 * @example
 * const client = new RollgateClient({ apiKey, bootstrap: readBootstrap() });
 */
export function readBootstrap(id: string = ID): FlagsBootstrap | undefined {
  if (typeof document === "undefined") return undefined;
  try {
    return JSON.parse(document.getElementById(id)?.textContent ?? "") ?? undefined;
  } catch {
    return undefined;
  }
}

function jsonOf(bootstrap: FlagsBootstrap): string {
  try {
    return JSON.stringify(bootstrap);
  } catch {
    throw new ConfigurationError(
      "bootstrapScript: the flags are no JSON. Give it what client.toBootstrap() returned.",
      "bootstrap",
    );
  }
}

/** A browser ends the element at `</script`, changes how it reads at `<!--`, and some tools look for `&`. */
function escapeHtml(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
