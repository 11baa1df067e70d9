import { PlatformClient } from "./client/client";
import type { RollgateConfig } from "./config";
import type { UserContext } from "./flags/types";
import { edgePlatform } from "./platform/edge";

export * from "./public";

/** A Rollgate client on an edge server: workerd, Vercel's edge runtime. */
export class RollgateClient extends PlatformClient {
  /** @throws ConfigurationError that names the option which makes no sense. */
  constructor(config: RollgateConfig) {
    super(config, edgePlatform);
  }

  /**
   * Makes a client and initializes it; one that cannot be initialized is closed
   * again. With `await using` it closes when its scope ends.
   */
  static async start(config: RollgateConfig, user?: UserContext): Promise<RollgateClient> {
    const client = new RollgateClient(config);
    try {
      await client.init(user);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }
}
