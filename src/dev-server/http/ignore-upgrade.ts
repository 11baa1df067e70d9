import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Treats a request as if it had not asked to change the protocol (`Upgrade: h2c`, as
 * some HTTP clients always do): the server reads it again, without those headers. Node
 * hands all such requests over, with the connection, once anybody listens for them.
 *
 * @param head what was read of the connection behind the request's head
 */
export function ignoreUpgrade(
  http: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (!/^(connection|upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  http.emit("connection", socket);
}
