import type { ServerResponse } from "node:http";
import type { Reply } from "../http/reply";
import type { BrokenBody } from "./fault";

/** Length of a `huge` body, in bytes: twice what a client takes by default. */
const HUGE_BODY_BYTES = 16 * 1_048_576;
/** Time between two bytes of a `drip`, in milliseconds. */
const DRIP_INTERVAL_MS = 100;
const BEGINNING = '{"flags":{';

const AS_JSON = { "Content-Type": "application/json; charset=utf-8" };
const AS_HTML = { "Content-Type": "text/html; charset=utf-8" };
const PAGE =
  "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><p>A proxy's page, not the server's.</p>\n";

/** An answer with this status whose body is bad in the given way. */
export function brokenBody(kind: BrokenBody, status: number): Reply {
  switch (kind) {
    case "html":
      return { status, headers: AS_HTML, body: PAGE };
    case "invalid-json":
      return { status, headers: AS_JSON, body: BEGINNING };
    case "empty":
      return { status, headers: AS_JSON, body: "" };
    case "truncated":
      return { status, headers: { ...AS_JSON, "Content-Length": "1000" }, send: breakOff };
    case "huge":
      return { status, headers: AS_JSON, send: sendHuge };
    case "drip":
      return { status, headers: AS_JSON, send: drip };
  }
}

function breakOff(response: ServerResponse): void {
  response.write(BEGINNING, () => response.destroy());
}

function sendHuge(response: ServerResponse): void {
  const padding = " ".repeat(65_536);
  let left = HUGE_BODY_BYTES;
  const more = () => {
    while (left > 0) {
      left -= padding.length;
      if (!response.write(padding)) return;
    }
    response.end("{}");
  };
  response.on("drain", more);
  more();
}

function drip(response: ServerResponse): void {
  let sent = 0;
  const timer = setInterval(() => response.write(BEGINNING[sent++] ?? " "), DRIP_INTERVAL_MS);
  response.once("close", () => clearInterval(timer));
}
