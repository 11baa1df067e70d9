import { type InspectorOptions, resolveOptions } from "./options";
import { joinInspector, type StatelyInspector } from "./stately-inspector";
import { WebSocketTransport } from "./web-socket-transport";
import { type HostWindow, WindowTransport } from "./window-transport";

export type * from "./exported";

/** Stately Inspector. */
const DEFAULT_URL = "https://stately.ai/inspect";

/**
 * Makes an inspector that shows the machines of clients in Stately Inspector or on
 * the dev server's page. It never throws into a client, and never slows one down by
 * waiting.
 * @throws TypeError that names the option which makes no sense.
 */
export function createInspector(options: InspectorOptions = {}): StatelyInspector {
  const resolved = resolveOptions(options, DEFAULT_URL, ["https:", "http:", "wss:", "ws:"]);
  const { url } = resolved;
  return joinInspector(resolved, (listener) =>
    url.protocol.startsWith("ws")
      ? new WebSocketTransport(url.href, (to) => new WebSocket(to), listener)
      : new WindowTransport(resolved, globalThis.window as HostWindow | undefined, listener),
  );
}
