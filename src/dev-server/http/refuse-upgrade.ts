import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Reply } from "./reply";

/** Answers a request for another protocol over HTTP, and ends the connection. */
export function refuseUpgrade(socket: Duplex, { status, headers, body = "" }: Reply): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  // A peer that does not close its side would hold the server's own closing up.
  socket.once("finish", () => socket.destroy());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
