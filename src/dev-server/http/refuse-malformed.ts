import type { Duplex } from "node:stream";
import { errorBody } from "./error-body";

/** Answers what Node could not read as HTTP, where the socket still takes an answer. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLong = error.code === "HPE_HEADER_OVERFLOW";
  const status = isTooLong ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const message = isTooLong ? "The address and headers are too long." : "This is no HTTP request.";
  const body = JSON.stringify(errorBody(400, { message }));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
