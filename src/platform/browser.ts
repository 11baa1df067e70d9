import { createIdbStorage } from "../storage/idb";
import { hex, subtleSha256 } from "./digest";
import type { PageSignal, Platform } from "./platform";
import { webClock } from "./web-clock";

/** Browsers: IndexedDB, Web Locks and the page's life. */
export const browserPlatform: Platform = {
  browser: true,
  runtime: globalThis.navigator?.userAgent ?? "unknown",
  clock: webClock,
  keepAlive: () => () => {},
  async digest(text) {
    // Absent on pages that are not served securely.
    if (globalThis.crypto?.subtle !== undefined) return subtleSha256(text);
    const bytes = new TextEncoder().encode(text);
    const { sha256 } = await import("../flags/rules/sha256");
    const words = new DataView(new ArrayBuffer(32));
    for (const [index, word] of sha256(bytes).entries()) words.setInt32(index * 4, word);
    return hex(new Uint8Array(words.buffer));
  },
  storage: () => (hasIndexedDb() ? createIdbStorage() : undefined),
  async outbox({ storage, names }) {
    if (storage === undefined) return undefined;
    // Few pages keep unsent events.
    const { createBrowserOutbox } = await import("./browser-outbox");
    const databases = hasIndexedDb() ? indexedDB : undefined;
    return createBrowserOutbox(storage, names.outboxPrefix, browserPlatform.clock, databases);
  },
  // Most pages get evaluated flags and never need it.
  loadRules: async () => (await import("../flags/rules/portable")).rulesEngine,
  // Most pages poll.
  loadStreamReader: async () => (await import("../sse/stream-reader")).createStreamReader,
  watchPage,
};

function hasIndexedDb(): boolean {
  try {
    return typeof indexedDB !== "undefined";
  } catch {
    // Some browsers refuse even to look, where pages may store nothing.
    return false;
  }
}

function watchPage(listener: (signal: PageSignal) => void): () => void {
  if (typeof document === "undefined") return () => {};
  let frozen = false;
  const isHidden = () => document.visibilityState === "hidden";
  const look = () => listener({ type: isHidden() ? "hidden" : "shown" });
  const absent = () => frozen || navigator.onLine === false;
  const report = () => listener({ type: absent() ? "left" : "returned" });
  const freeze = () => {
    frozen = true;
    report();
  };
  const thaw = () => {
    frozen = false;
    report();
  };
  const handlers: readonly [EventTarget, string, (event: Event) => void][] = [
    [window, "online", report],
    [window, "offline", report],
    [document, "freeze", freeze],
    [document, "resume", thaw],
    [
      window,
      "pagehide",
      (event) => {
        listener({ type: "hidden" });
        // Into the back-forward cache: an open stream would keep the page out of it.
        if ((event as PageTransitionEvent).persisted) freeze();
      },
    ],
    [window, "pageshow", (event) => (event as PageTransitionEvent).persisted && thaw()],
    [document, "visibilitychange", look],
  ];
  for (const [target, type, handler] of handlers) target.addEventListener(type, handler);
  // Opened in the background.
  if (isHidden()) look();
  if (absent()) report();
  return () => {
    for (const [target, type, handler] of handlers) target.removeEventListener(type, handler);
  };
}
