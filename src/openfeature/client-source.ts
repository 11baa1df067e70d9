import { RollgateClient, type RollgateConfig } from "rollgate";

/**
 * A client that the app made and closes, or the configuration of one that the provider
 * makes, and closes when the SDK closes the provider.
 */
export type ClientSource = RollgateClient | RollgateConfig;

/** The client that a provider works with. */
export interface ProviderClient {
  readonly client: RollgateClient;
  /** Ends the client if it is the provider's own. */
  release(): Promise<void>;
}

/**
 * @param defaults options of a client that the provider makes, where the app gives none.
 * @throws ConfigurationError that names the option which makes no sense.
 */
export function clientOf(source: ClientSource, defaults: Partial<RollgateConfig>): ProviderClient {
  // Not `instanceof`: an app may load the package twice, as ES module and as CommonJS.
  if ("isEnabledDetail" in source) return { client: source, release: () => Promise.resolve() };
  const client = new RollgateClient({ ...defaults, ...source });
  return { client, release: () => client.close() };
}
