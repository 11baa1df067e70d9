/**
 * Clients for tests, closed after each of them.
 *
 * ```ts
 * const client = createClient(server);                              // no polling, no retries, silent
 * const client = createClient(server, { retry: { maxRetries: 3 } }); // what is given wins, group by group
 * const client = createPlainClient(server);                         // as an app gets it: every default holds
 * ```
 */
import { afterEach } from "vitest";
import { RollgateClient, type RollgateConfig } from "../../src";
// Its servers close after these clients do: hooks run in the reverse order of their files.
import "./rollgate-server";

export const API_KEY = "sb_server_test_key_0123456789";

const open = new Set<RollgateClient>();

afterEach(async () => {
  await Promise.all([...open].map((client) => client.close()));
  open.clear();
});

/** A client that does nothing by itself: polling, retries, periodic telemetry and logs are off. */
export function createClient(
  server: { readonly url: string },
  config: Partial<RollgateConfig> = {},
): RollgateClient {
  return createPlainClient(server, {
    refreshIntervalMs: 0,
    retry: { maxRetries: 0 },
    telemetry: { enabled: false },
    closeTimeoutMs: 500,
    logLevel: "silent",
    ...config,
  });
}

/** A client that is given what is needed and nothing else. */
export function createPlainClient(
  server: { readonly url: string },
  config: Partial<RollgateConfig> = {},
): RollgateClient {
  const client = new RollgateClient({ apiKey: API_KEY, baseUrl: server.url, ...config });
  open.add(client);
  return client;
}
