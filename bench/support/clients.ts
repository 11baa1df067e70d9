import { RollgateClient, type RollgateConfig } from "rollgate";

const CONFIG: RollgateConfig = {
  apiKey: "bench-key",
  baseUrl: "http://127.0.0.1:9",
  refreshIntervalMs: 0,
  logLevel: "error",
};

/** A client that has flags in hand and asks nobody. */
export async function clientWithFlags(flags: Record<string, boolean>): Promise<RollgateClient> {
  return offline({ ...CONFIG, bootstrap: { flags } });
}

/** A client that evaluates rules. */
export async function clientWithRules(flags: Record<string, unknown>): Promise<RollgateClient> {
  const client = await offline({ ...CONFIG, bootstrap: { rules: { version: "1", flags } } });
  if (client.mode !== "local") throw new Error("The rules are not in force.");
  return client;
}

/** A client whose server answers every request with the same body, at once. */
export async function clientAnswered(
  body: string,
  config: Partial<RollgateConfig> = {},
): Promise<RollgateClient> {
  const client = new RollgateClient({
    ...CONFIG,
    ...config,
    fetch: async () => new Response(body, { headers: { "content-type": "application/json" } }),
  });
  await client.init();
  return client;
}

async function offline(config: RollgateConfig): Promise<RollgateClient> {
  const client = new RollgateClient(config);
  client.setOffline(true);
  await client.init();
  return client;
}
