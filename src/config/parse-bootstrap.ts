import type { BootstrapConfig } from "./config.types";
import { wrongOption } from "./issue";
import { parseOptions } from "./parse";

/**
 * Checks flags that come after the start, as those of the option are checked.
 * @throws ConfigurationError that names the member, and nothing else.
 */
export function parseBootstrap(given: unknown): Omit<BootstrapConfig, "rules"> {
  const { bootstrap } = parseOptions({ apiKey: "none", bootstrap: given });
  if (bootstrap?.flags === undefined) throw wrongOption("bootstrap.flags", "given", undefined);
  if (bootstrap.rules !== undefined) {
    throw wrongOption("bootstrap.rules", "given to the constructor, if at all", bootstrap.rules);
  }
  return bootstrap as Omit<BootstrapConfig, "rules">;
}
