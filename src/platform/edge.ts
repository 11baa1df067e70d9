import { rulesEngine } from "../flags/rules/portable";
import { createStreamReader } from "../sse/stream-reader";
import { keepEvents } from "../storage/outbox-events";
import { createStorageOutbox } from "../storage/outbox-storage";
import { subtleSha256 } from "./digest";
import type { Platform } from "./platform";
import { webClock } from "./web-clock";

/**
 * Servers that are no Node: workerd, Vercel's edge runtime. They have the web's means,
 * but no page and no storage of their own. Nothing here happens before it is asked
 * for: outside of a request they allow no timer, no request and no true randomness.
 */
export const edgePlatform: Platform = {
  browser: false,
  get runtime() {
    return globalThis.navigator?.userAgent ?? "edge runtime";
  },
  clock: webClock,
  // The platform decides: what must go on after the response is told to it by `waitUntil`.
  keepAlive: () => () => {},
  digest: subtleSha256,
  storage: () => undefined,
  async outbox({ storage, names }) {
    if (storage === undefined) return undefined;
    const { outboxPrefix: prefix } = names;
    return keepEvents(createStorageOutbox({ storage, prefix, instanceId: crypto.randomUUID() }));
  },
  loadRules: async () => rulesEngine,
  loadStreamReader: async () => createStreamReader,
  watchPage: () => () => {},
};
