import type { ServerResponse } from "node:http";
import type { Reply } from "./reply";

/** Sends a reply, with headers of every answer added. */
export function deliver(
  response: ServerResponse,
  reply: Reply,
  common: Readonly<Record<string, string>>,
): void {
  if (reply.status === 0 || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(reply.status, { ...common, ...reply.headers });
  if (reply.send === undefined) {
    response.end(reply.body);
    return;
  }
  reply.send(response);
}
