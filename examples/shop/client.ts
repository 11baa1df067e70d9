import { RollgateClient, type UserContext } from "rollgate";
import { createInspector } from "rollgate/inspect";

/** Where the dev server listens, put in by `start.ts`. */
declare const __DEV_SERVER__: string;

export const devServer = __DEV_SERVER__;

/** Who can go shopping. */
export const users: readonly UserContext[] = [
  { id: "ann", attributes: { plan: "pro", country: "IT" } },
  { id: "bob", attributes: { plan: "free", country: "IT" } },
];

/** One client for the whole page. Its machines show on the dev server's page. */
export const client = new RollgateClient({
  apiKey: "dev-key",
  baseUrl: devServer,
  enableStreaming: true,
  typedFlags: true,
  // Short, so that an outage can be watched from beginning to end.
  refreshIntervalMs: 2_000,
  timeoutMs: 2_000,
  circuitBreaker: { recoveryTimeoutMs: 5_000 },
  tracking: { flushIntervalMs: 2_000 },
  telemetry: { flushIntervalMs: 5_000 },
  inspect: createInspector({ url: `${devServer.replace("http", "ws")}/__rollgate/inspect` }),
});
