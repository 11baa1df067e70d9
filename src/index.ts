import { PlatformClient } from "./client/client";
import type { RollgateConfig } from "./config";
import { nodePlatform } from "./platform/node";

export * from "./public";

/** A Rollgate client in Node. */
export class RollgateClient extends PlatformClient {
  /** @throws ConfigurationError that names the option which makes no sense. */
  constructor(config: RollgateConfig) {
    super(config, nodePlatform);
  }
}
