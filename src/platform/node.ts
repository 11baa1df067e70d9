import { createHash, hash, randomUUID } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { Readable } from "node:stream";
import { createRulesEngine } from "../flags/rules";
import type { StreamRequest } from "../http";
import { createStreamReader } from "../sse/stream-reader";
import { createFileStorage } from "../storage/file";
import { keepEvents } from "../storage/outbox-events";
import { createFileOutbox } from "../storage/outbox-file";
import { createStorageOutbox } from "../storage/outbox-storage";
import type { Platform } from "./platform";

/** Bytes as characters: hexadecimal digits would have to be read again, and a buffer costs three times as much. */
const rulesEngine = createRulesEngine((text) => {
  const digest = hash("sha256", text, "binary");
  const high = digest.charCodeAt(0) * 256 + digest.charCodeAt(1);
  const low = digest.charCodeAt(2) * 256 + digest.charCodeAt(3);
  return (high * 65_536 + low) % 100;
});

/** Node: timers and streams that let the process end, and files as storage. */
export const nodePlatform: Platform = {
  browser: false,
  runtime: `node ${process.version}`,
  clock: {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    setTimeout: (callback, ms) => setTimeout(callback, ms).unref(),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  },
  keepAlive() {
    const handle = setInterval(() => {}, 1 << 30);
    return () => clearInterval(handle);
  },
  digest: async (text) => createHash("sha256").update(text).digest("hex"),
  storage: ({ path, report }) =>
    path === undefined ? undefined : createFileStorage(path, { report }),
  async outbox({ path, storage, names }) {
    if (path !== undefined) {
      return keepEvents(createFileOutbox({ persistPath: path, namespace: names.namespace }));
    }
    if (storage === undefined) return undefined;
    const { outboxPrefix: prefix } = names;
    return keepEvents(createStorageOutbox({ storage, prefix, instanceId: randomUUID() }));
  },
  loadRules: async () => rulesEngine,
  loadStreamReader: async () => createStreamReader,
  openStream,
  watchPage: () => () => {},
};

/**
 * The global `fetch` holds the process open for as long as a response is
 * unfinished, and a stream never finishes; a socket of our own can be unref'ed.
 */
function openStream({ url, headers, signal }: StreamRequest): Promise<Response> {
  const request = url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, signal, agent: false });
    outgoing.on("socket", (socket) => socket.unref());
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const status = incoming.statusCode ?? 0;
      incoming.on("error", () => {});
      const hasBody = status !== 204 && status !== 304;
      if (!hasBody) incoming.resume();
      resolve(
        new Response(hasBody ? (Readable.toWeb(incoming) as ReadableStream) : null, {
          status,
          headers: incoming.headersDistinct as Record<string, never>,
        }),
      );
    });
    outgoing.end();
  });
}
