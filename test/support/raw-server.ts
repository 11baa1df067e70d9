import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Resolves when the connection that it came by is closed. */
  readonly closed: Promise<void>;
}

/** Answers one request in any way, or not at all; the body was read before. */
export type RawHandler = (
  request: ReceivedRequest,
  response: ServerResponse,
  socket: Socket,
) => void | Promise<void>;

export interface RawServer {
  /** Without trailing slash. */
  readonly url: string;
  /** All requests so far, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** How many connections are open right now. */
  connections(): number;
  /** Stops listening and destroys every connection. */
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback whose every answer is the handler's. */
export async function createRawServer(handler: RawHandler): Promise<RawServer> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Map<Socket, Promise<void>>();
  const server = createServer((incoming, response) => {
    response.on("error", () => {});
    readRequest(incoming, sockets.get(incoming.socket))
      .then((request) => {
        requests.push(request);
        return handler(request, response, incoming.socket);
      })
      .catch(() => incoming.socket.destroy());
  });
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    const closed = new Promise<void>((resolve) => {
      socket.on("close", () => {
        sockets.delete(socket);
        resolve();
      });
    });
    sockets.set(socket, closed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.keys()) socket.destroy();
      }),
  };
}

async function readRequest(
  incoming: IncomingMessage,
  closed: Promise<void> = Promise.resolve(),
): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? "",
    url: incoming.url ?? "",
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString("utf8"),
    closed,
  };
}
