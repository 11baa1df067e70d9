import { GeneralError } from "@openfeature/core";
import type { RollgateClient } from "rollgate";

/** Until the client has rules; rejects when they do not come in time, or it is closed. */
export function rulesArrived(client: RollgateClient, timeoutMs: number): Promise<void> {
  if (client.rulesVersion !== undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => () => {
      clearTimeout(timer);
      for (const unsubscribe of subscriptions) unsubscribe();
      settle();
    };
    const missing = end(() => reject(noRules(timeoutMs)));
    const timer = setTimeout(missing, timeoutMs);
    const subscriptions = [client.on("rules_updated", end(resolve)), client.on("closed", missing)];
  });
}

function noRules(timeoutMs: number): GeneralError {
  return new GeneralError(
    `No rules came within ${timeoutMs} ms. The server provider evaluates each call by rules: set \`enableStreaming: true\`, and let the Rollgate server stream rules (local evaluation); or set \`rulesTimeoutMs: 0\`, if no call names a user.`,
  );
}
