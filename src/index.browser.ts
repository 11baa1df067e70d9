import { PlatformClient } from "./client/client";
import type { RollgateConfig } from "./config";
import { browserPlatform } from "./platform/browser";

export * from "./public";

/** A Rollgate client in a browser. */
export class RollgateClient extends PlatformClient {
  /** @throws ConfigurationError that names the option which makes no sense. */
  constructor(config: RollgateConfig) {
    super(config, browserPlatform);
  }
}
