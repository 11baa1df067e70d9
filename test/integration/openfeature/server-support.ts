/** The OpenFeature server SDK with a Rollgate provider on it, cleared after each test. */
import { OpenFeature } from "@openfeature/server-sdk";
import { afterEach } from "vitest";
import type { RollgateConfig } from "../../../src";
import {
  RollgateServerProvider,
  type ServerProviderOptions,
} from "../../../src/openfeature/server";
import { API_KEY } from "../../support/client";
import {
  type RollgateServer,
  type ServerStream,
  startRollgateServer,
} from "../../support/rollgate-server";
import { RULES } from "../local/support";

afterEach(async () => {
  await OpenFeature.clearProviders();
  OpenFeature.clearHandlers();
  OpenFeature.clearHooks();
  OpenFeature.setContext({});
});

/** A configuration of a client that does nothing by itself. */
export function quiet(
  server: { readonly url: string },
  config: Partial<RollgateConfig> = {},
): RollgateConfig {
  return {
    apiKey: API_KEY,
    baseUrl: server.url,
    refreshIntervalMs: 0,
    retry: { maxRetries: 0 },
    telemetry: { enabled: false },
    closeTimeoutMs: 500,
    logLevel: "silent",
    ...config,
  };
}

export interface ServerWorld {
  readonly server: RollgateServer;
  readonly stream: ServerStream;
  readonly provider: RollgateServerProvider;
}

/** A provider that is ready, its rules in hand. */
export async function ready(
  rules: unknown = RULES,
  config: Partial<RollgateConfig> = {},
  options: ServerProviderOptions = {},
): Promise<ServerWorld> {
  // What the usual rules say of nobody.
  const server = await startRollgateServer({ beta: false, open: true });
  const provider = new RollgateServerProvider(quiet(server, config), options);
  const set = OpenFeature.setProviderAndWait(provider);
  const stream = await server.stream(1);
  stream.event("rules-full", { version: "v1", flags: rules });
  await set;
  return { server, stream, provider };
}
