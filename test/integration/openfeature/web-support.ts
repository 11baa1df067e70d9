/** The OpenFeature web SDK with a Rollgate provider on it, cleared after each test. */
import { type EvaluationContext, OpenFeature } from "@openfeature/web-sdk";
import { afterEach } from "vitest";
import type { RollgateConfig } from "../../../src";
import { RollgateWebProvider } from "../../../src/openfeature/web";
import type { RollgateServer } from "../../support/rollgate-server";
import { quiet } from "./server-support";

// It reports each context change that fails.
OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });

afterEach(async () => {
  await OpenFeature.clearProviders();
  OpenFeature.clearHandlers();
  OpenFeature.clearHooks();
  await OpenFeature.clearContexts();
});

export const ANN: EvaluationContext = { targetingKey: "ann" };
export const BOB: EvaluationContext = { targetingKey: "bob" };

/** A provider that is ready for that context. */
export async function readyFor(
  server: RollgateServer,
  context: EvaluationContext = ANN,
  config: Partial<RollgateConfig> = {},
): Promise<RollgateWebProvider> {
  const provider = new RollgateWebProvider(quiet(server, config));
  await OpenFeature.setProviderAndWait(provider, context);
  return provider;
}

/** Answers each user by flags of their own. */
export function answerByUser(
  server: RollgateServer,
  flagsOf: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): void {
  server.answer("v2", ({ query }) => ({ flags: flagsOf[query.get("user_id") ?? "nobody"] ?? {} }));
}
