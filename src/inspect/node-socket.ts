import { connect, isIP, type NetConnectOpts, type Socket as NetSocket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { type ClientOptions, WebSocket } from "ws";
import type { Socket } from "./web-socket-transport";

/** How long a receiver may take to answer, in milliseconds. */
const HANDSHAKE_MS = 10_000;
/** The same when it is left: the library's timer keeps the process alive. */
const CLOSE_MS = 200;

/** Opens a WebSocket that lets the process end: Node has none of its own before version 22. */
export function openSocket(url: string): Socket {
  const secure = url.startsWith("wss:");
  const options: ClientOptions & { readonly closeTimeout: number } = {
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    closeTimeout: CLOSE_MS,
    createConnection: ((given: NetConnectOpts) =>
      openConnection(given, secure).unref()) as typeof connect,
  };
  return new WebSocket(url, options) as Socket;
}

/** As the library connects by itself; `path` is that of the URL. */
function openConnection(given: NetConnectOpts, secure: boolean): NetSocket {
  const options = { ...given, path: undefined } as unknown as NetConnectOpts & { host: string };
  if (!secure) return connect(options);
  const { host } = options;
  return connectTls({ servername: isIP(host) ? "" : host, ...options } as ConnectionOptions);
}
