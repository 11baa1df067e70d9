import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Exchange } from "../http/exchange";
import { Refusal } from "../http/refusal";
import type { Reply } from "../http/reply";
import { requireLoopbackHost } from "../http/same-origin";

/**
 * Answers with a file of the devtools page. There is nothing in it that another
 * could not have; the names it is asked for are checked so that it stays that way.
 *
 * @throws Refusal 404 when there is no such file, 403 for another host, 405
 */
export async function servePage(exchange: Exchange, folder: string): Promise<Reply> {
  const name = exchange.path === "/" ? "index.html" : exchange.path.slice(1);
  const type = TYPES.get(extname(name));
  const body = type !== undefined && SAFE_NAME.test(name) ? await read(folder, name) : undefined;
  if (body === undefined && exchange.path !== "/") throw new Refusal(404);
  requireLoopbackHost(exchange.request);
  if (exchange.method !== "GET" && exchange.method !== "HEAD") {
    throw new Refusal(405, {}, { Allow: "GET, HEAD" });
  }
  if (body === undefined || type === undefined) return NOT_BUILT;
  return { status: 200, headers: { ...HEADERS, "Content-Type": type }, body, isOwnPagesOnly: true };
}

/** Names in folders below, none of which starts with a dot. */
const SAFE_NAME = /^(?:\w[\w.-]*\/)*\w[\w.-]*$/;

const TYPES: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".json", "application/json; charset=utf-8"],
  [".map", "application/json; charset=utf-8"],
  [".txt", "text/plain; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".ico", "image/x-icon"],
  [".woff2", "font/woff2"],
  [".wasm", "application/wasm"],
]);

const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": [
    "default-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

const NOT_BUILT: Reply = {
  status: 503,
  headers: { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" },
  body: "The devtools page is not built. In a checkout of rollgate, `npm run build` makes it; then reload.\n",
  note: "The devtools page is not built.",
  isOwnPagesOnly: true,
};

async function read(folder: string, name: string): Promise<Buffer | undefined> {
  try {
    return await readFile(join(folder, name));
  } catch {
    return undefined;
  }
}
