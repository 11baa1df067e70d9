import type { IncomingMessage } from "node:http";
import type { RawData, WebSocket } from "ws";
import { type Connection, MAX_MESSAGE_BYTES } from "./inspection";

/** `browser` with the page's origin, or `process`. */
export function sourceLabel({ headers: { origin } }: IncomingMessage): string {
  return origin === undefined ? "process" : `browser ${origin}`;
}

/** Hands on what an inspector sends until its socket closes. Nothing is sent back. */
export function receiveInspection(socket: WebSocket, connection: Connection): void {
  socket.on("message", (data: RawData, isBinary) => {
    // `ws` gives a buffer for each message unless it is told otherwise.
    const frame = data as Buffer;
    if (isBinary) connection.refuse("is binary");
    else if (frame.length > MAX_MESSAGE_BYTES) {
      connection.refuse(`is larger than ${MAX_MESSAGE_BYTES} bytes`);
    } else connection.receive(frame.toString("utf8"), frame.length);
  });
  socket.once("close", () => connection.end());
}
