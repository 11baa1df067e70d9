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
  let connection: NetSocket | undefined;
  const options: ClientOptions & { readonly closeTimeout: number } = {
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    closeTimeout: CLOSE_MS,
    createConnection: ((given: NetConnectOpts) => {
      connection = openConnection(given, secure).unref();
      return connection;
    }) as typeof connect,
  };
  const socket = new WebSocket(url, options);
  return bundling(socket, () => connection) as Socket;
}

/** Lets all that is sent at once leave together: one call of the system instead of many. */
function bundling(socket: WebSocket, connection: () => NetSocket | undefined): WebSocket {
  const send = socket.send.bind(socket) as (text: string) => void;
  let corked: NetSocket | undefined;
  socket.send = (text: string) => {
    if (corked === undefined) {
      corked = connection();
      corked?.cork();
      process.nextTick(() => {
        corked?.uncork();
        corked = undefined;
      });
    }
    send(text);
  };
  return socket;
}

/** As the library connects by itself; `path` is that of the URL. */
function openConnection(given: NetConnectOpts, secure: boolean): NetSocket {
  const options = { ...given, path: undefined } as unknown as NetConnectOpts & { host: string };
  if (!secure) return connect(options);
  const { host } = options;
  return connectTls({ servername: isIP(host) ? "" : host, ...options } as ConnectionOptions);
}
