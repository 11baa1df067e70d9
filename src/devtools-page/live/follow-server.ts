import type { LIVE_PATH, LiveMessage } from "../../dev-server/devtools/messages";
import type { Link } from "./link";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Hears the dev server as long as the page is there; when it is gone, again and again, ever more slowly. */
export function followServer(
  url: string | URL,
  hear: (message: LiveMessage) => void,
  tell: (link: Link) => void,
): void {
  let waitMs = FIRST_WAIT_MS;
  connect();

  function connect(): void {
    const socket = new WebSocket(url);
    socket.addEventListener("open", () => tell({ status: "open" }));
    socket.addEventListener("message", ({ data }) => {
      // It is there indeed, not only a port that takes connections.
      waitMs = FIRST_WAIT_MS;
      hear(JSON.parse(String(data)) as LiveMessage);
    });
    socket.addEventListener("close", () => {
      const retryAt = Date.now() + waitMs;
      tell({ status: "lost", retryAt });
      setTimeout(connect, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
  }
}

/** Where the server of this page tells what happens. */
export function liveUrl(page: string): URL {
  const path: typeof LIVE_PATH = "/__rollgate/live";
  const url = new URL(path, page);
  url.protocol = "ws:";
  url.hash = "";
  return url;
}
