import { PlatformClient } from "./client/client";
import type { RollgateConfig } from "./config";
import { edgePlatform } from "./platform/edge";

export * from "./public";

/** A Rollgate client on an edge server: workerd, Vercel's edge runtime. */
export class RollgateClient extends PlatformClient {
  /** @throws ConfigurationError that names the option which makes no sense. */
  constructor(config: RollgateConfig) {
    super(config, edgePlatform);
  }
}
