import pc from "picocolors";
import type { DevServer } from "./dev-server";
import type { DevServerOptions } from "./options";
import { start } from "./start";

/**
 * Starts a server that speaks the whole Rollgate protocol from a flags file.
 * It prints nothing, and keeps what it receives in memory.
 *
 * @throws ConfigurationError for a bad option
 * @throws FlagsFileError for a flags file that is missing or wrong
 * @throws RollgateError `PORT_IN_USE` or `LISTEN_FAILED`
 * @example
 * await using server = await startDevServer({ flags: { flags: { beta: { enabled: true } } } });
 * const client = new RollgateClient({ apiKey: "dev-key", baseUrl: server.url });
 */
export function startDevServer(options: DevServerOptions): Promise<DevServer> {
  return start(options, pc.createColors(false));
}
