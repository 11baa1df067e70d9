import { openSocket } from "./node-socket";
import { type InspectorOptions, resolveOptions } from "./options";
import { joinInspector, type StatelyInspector } from "./stately-inspector";
import { WebSocketTransport } from "./web-socket-transport";

export type * from "./exported";

/** Where the server of `@statelyai/inspect` listens. */
const DEFAULT_URL = "ws://localhost:8080";

/**
 * Makes an inspector that shows the machines of clients in Stately Inspector or on
 * the dev server's page. It never throws into a client, never slows one down by
 * waiting, and never keeps Node alive.
 * @throws TypeError that names the option which makes no sense.
 */
export function createInspector(options: InspectorOptions = {}): StatelyInspector {
  const resolved = resolveOptions(options, DEFAULT_URL, ["ws:", "wss:"]);
  return joinInspector(
    resolved,
    (listener) => new WebSocketTransport(resolved.url.href, openSocket, listener),
  );
}
