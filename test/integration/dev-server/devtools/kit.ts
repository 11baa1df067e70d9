import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { DevServer } from "../../../../src/dev-server";
import type { LiveMessage, LiveView } from "../../../../src/dev-server/devtools/messages";
import type { ActorMessage, SnapshotMessage } from "../../../../src/inspect/messages";

/** What a refused or broken handshake came to. */
export type Handshake = "open" | number;

/** Opens a WebSocket with headers of one's choice; it is gone after the test. */
export async function connect(
  server: DevServer,
  channel: "inspect" | "live",
  headers: Record<string, string> = {},
  onMessage: (text: string) => void = () => {},
): Promise<{ readonly socket: WebSocket; readonly handshake: Handshake }> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/__rollgate/${channel}`, { headers });
  socket.on("message", (data) => onMessage(String(data)));
  onTestFinished(() => socket.terminate());
  socket.on("error", () => {});
  const handshake = await new Promise<Handshake>((resolve) => {
    socket.once("open", () => resolve("open"));
    socket.once("unexpected-response", (_, { statusCode = 0 }) => resolve(statusCode));
  });
  return { socket, handshake };
}

/** An inspector's connection. */
export interface Inspector {
  readonly socket: WebSocket;
  /** Sends a message as JSON, or a text or bytes as they are. */
  send(message: unknown): void;
}

/** Connects as an inspector of a process or, with an origin, of a page. */
export async function inspector(server: DevServer, origin?: string): Promise<Inspector> {
  const { socket } = await connect(server, "inspect", origin === undefined ? {} : { origin });
  return {
    socket,
    send: (message) =>
      socket.send(
        typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message),
      ),
  };
}

type News = Exclude<LiveMessage, { type: "all" | "batch" }>;

/** A devtools page's connection, and what it has heard. */
export interface Page {
  readonly socket: WebSocket;
  readonly view: LiveView;
  /** Everything after the first message, one by one. */
  readonly news: readonly News[];
  /** How many messages of the socket that took. */
  batches(): number;
  /** The first news that fits, which may have come already. */
  heard<Found extends News>(fits: (one: News) => one is Found): Promise<Found>;
  heard(fits: (one: News) => boolean): Promise<News>;
}

/** Connects as the devtools page does. */
export async function openPage(server: DevServer): Promise<Page> {
  const news: News[] = [];
  const waiting = new Set<() => void>();
  let begin = (_: LiveView) => {};
  const began = new Promise<LiveView>((resolve) => {
    begin = resolve;
  });
  let batches = 0;
  const { socket } = await connect(server, "live", { origin: server.url }, (text) => {
    const message = JSON.parse(text) as LiveMessage;
    if (message.type === "all") return begin(message.view);
    batches++;
    news.push(...((message.type === "batch" ? message.messages : [message]) as News[]));
    for (const look of waiting) look();
  });
  const view = await began;
  const heard = (fits: (one: News) => boolean) =>
    new Promise<News>((resolve) => {
      const look = () => {
        const found = news.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { socket, view, news, batches: () => batches, heard: heard as Page["heard"] };
}

/** Whether news is of a type, as a filter. */
export function isOf<Type extends News["type"]>(type: Type) {
  return (one: News): one is Extract<News, { type: Type }> => one.type === type;
}

/** The registration of an actor. */
export function actor(sessionId: string, extra: Partial<ActorMessage> = {}): ActorMessage {
  return {
    type: "@xstate.actor",
    _version: "0.7.2",
    id: sessionId,
    createdAt: "1",
    sessionId,
    rootId: sessionId,
    name: "connection",
    parentId: undefined,
    definition: '{"id":"connection"}',
    snapshot: { status: "active", value: "off", context: {} },
    ...extra,
  };
}

/** A transition of an actor. */
export function snapshot(
  sessionId: string,
  value: unknown,
  status: SnapshotMessage["snapshot"]["status"] = "active",
): SnapshotMessage {
  return {
    type: "@xstate.snapshot",
    _version: "0.7.2",
    id: "s",
    createdAt: "2",
    sessionId,
    rootId: sessionId,
    event: { type: "go" },
    snapshot: { status, value, context: {} },
  };
}

/** Requests with headers that `fetch` does not let one choose. */
export function raw(
  server: DevServer,
  path: string,
  headers: Record<string, string>,
  { method = "GET", body = "" } = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = { port: server.port, host: "127.0.0.1", path, method, headers };
    request(options, async (response) => {
      resolve({ status: response.statusCode, body: await text(response) });
    })
      .on("error", reject)
      .end(body);
  });
}

/** A folder that is gone after the test, with files in it. */
export async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollgate-devtools-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/** Resolves with the code that a socket is closed with. */
export async function closed(socket: WebSocket): Promise<number> {
  const [code] = await once(socket, "close");
  return code as number;
}
