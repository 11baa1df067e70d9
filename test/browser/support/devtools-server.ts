/** The devtools page before a server that keeps its contract, made from a real dev server. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";
import type { DevServer } from "../../../src/dev-server";
import {
  LIVE_PATH,
  type LiveMessage,
  type LiveView,
  type Source,
} from "../../../src/dev-server/devtools/messages";
import { RuleBook } from "../../../src/dev-server/evaluation/rule-book";
import type { InspectionMessage } from "../../../src/inspect/messages";
import { PageInspector } from "./page-inspector";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
};

/** As many of what was inspected as a page hears at once. */
const REMEMBERED = 2_000;

export class DevtoolsServer {
  url = "";
  /** Bodies of `PATCH`, by key. */
  readonly patches: (readonly [key: string, patch: unknown])[] = [];
  readonly #dev: DevServer;
  readonly #folder: string;
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#http, path: LIVE_PATH });
  readonly #sources = new Map<string, Source>();
  readonly #actors = new Map<string, LiveView["actors"][number]>();
  #inspection: LiveView["inspection"][number][] = [];
  #seq = 0;
  #told = { events: 0, telemetry: 0, users: 0 };

  private constructor(dev: DevServer, folder: string) {
    this.#dev = dev;
    this.#folder = folder;
    this.#sockets.on("connection", (socket) => this.#begin(socket));
    dev.on("request", (request) => {
      this.#tell({
        type: "request",
        request: { ...request, seq: ++this.#seq },
        totals: this.#totals(),
      });
      this.#tellRecords();
    });
    dev.on("flags_changed", () => this.#tell({ type: "flags", flags: this.#flags() }));
    dev.on("streams_changed", (count) => this.#tell({ type: "streams", count }));
  }

  /** @param folder where the page was bundled into */
  static async start(dev: DevServer, folder: string): Promise<DevtoolsServer> {
    const server = new DevtoolsServer(dev, folder);
    server.#http.listen(0, "127.0.0.1");
    await once(server.#http, "listening");
    server.url = `http://127.0.0.1:${(server.#http.address() as AddressInfo).port}/`;
    return server;
  }

  /** A new inspector: a process of its own, as far as the page can tell. */
  inspector(id: string): PageInspector {
    this.#setSource({ id, label: "process", connected: true, since: Date.now() });
    return new PageInspector(id, (message) => this.hear(id, message));
  }

  /** What an inspector sends. */
  hear(sourceId: string, message: InspectionMessage): void {
    const heard = { sourceId, seq: ++this.#seq, message };
    this.#remember(sourceId, message);
    this.#inspection.push(heard);
    if (this.#inspection.length > 2 * REMEMBERED) {
      this.#inspection = this.#inspection.slice(-REMEMBERED);
    }
    this.#tell({ type: "inspection", ...heard });
  }

  /** The inspector's process vanishes. */
  lose(id: string): void {
    this.#setSource({ id, label: "process", connected: false, since: Date.now() });
  }

  /** Connections of pages break. */
  dropPages(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.dropPages();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #setSource(source: Source): void {
    this.#sources.set(source.id, source);
    this.#tell({ type: "source", source });
  }

  #remember(sourceId: string, message: InspectionMessage): void {
    const { sessionId } = message;
    if (message.type === "@xstate.actor") this.#actors.set(sessionId, { sourceId, actor: message });
    const known = this.#actors.get(sessionId);
    if (message.type !== "@xstate.snapshot" || known === undefined) return;
    const actor = { ...known.actor, snapshot: message.snapshot };
    this.#actors.set(sessionId, { sourceId, actor });
  }

  #begin(socket: WebSocket): void {
    const numbered = <T extends object>(list: readonly T[]) =>
      list.map((one, index) => ({ ...one, seq: index - list.length }));
    const view: LiveView = {
      server: { version: "test", flagsFile: "flags.json", localEvaluation: false, startedAt: 0 },
      flags: this.#flags(),
      users: [...this.#dev.users.values()],
      events: numbered(this.#dev.events),
      telemetry: numbered(this.#dev.telemetry),
      requests: numbered(this.#dev.requests),
      totals: this.#totals(),
      faults: this.#faults(),
      streams: this.#dev.connectedStreams,
      sources: [...this.#sources.values()],
      actors: [...this.#actors.values()],
      inspection: this.#inspection.slice(-REMEMBERED),
    };
    socket.send(JSON.stringify({ type: "all", view } satisfies LiveMessage));
  }

  #tell(message: LiveMessage): void {
    const data = JSON.stringify(message);
    for (const socket of this.#sockets.clients) socket.send(data);
  }

  #tellRecords(): void {
    const { events, telemetry, users } = this.#dev;
    const totals = this.#totals();
    const fresh = events.slice(this.#told.events).map((one) => ({ ...one, seq: ++this.#seq }));
    if (fresh.length > 0) this.#tell({ type: "events", events: fresh, totals });
    for (const report of telemetry.slice(this.#told.telemetry)) {
      this.#tell({ type: "telemetry", report: { ...report, seq: ++this.#seq }, totals });
    }
    if (users.size > this.#told.users) this.#tell({ type: "users", users: [...users.values()] });
    this.#told = { events: events.length, telemetry: telemetry.length, users: users.size };
  }

  #flags(): LiveView["flags"] {
    return Object.entries(this.#dev.flags.flags).map(([key, definition]) => ({ key, definition }));
  }

  #faults(): LiveView["faults"] {
    return this.#dev.faults.list().map(({ id, ...fault }) => ({ id, fault }));
  }

  #totals(): LiveView["totals"] {
    const evaluations = this.#dev.telemetry
      .flatMap((report) => Object.values(report.evaluations))
      .reduce((sum, { total }) => sum + total, 0);
    return { requests: this.#dev.requests.length, events: this.#dev.events.length, evaluations };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const control = /^\/__rollgate\/(.+)$/.exec(url.pathname)?.[1];
    if (control !== undefined) {
      const body = await text(request);
      const answer = this.#control(`${request.method} ${control}`, url, body && JSON.parse(body));
      response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json" });
      response.end(JSON.stringify(answer ?? { error: { message: "Not there." } }));
      return;
    }
    const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
    const file = await readFile(join(this.#folder, name)).catch(() => undefined);
    response.writeHead(file === undefined ? 404 : 200, {
      "Content-Type": TYPES[extname(name)] ?? "application/octet-stream",
      "Content-Security-Policy": "default-src 'self'; style-src 'self'",
    });
    response.end(file);
  }

  #control(asked: string, url: URL, body: unknown): unknown {
    const { faults } = this.#dev;
    const [verb = "", room = "", id = ""] = asked.split(/[ /]/).map(decodeURIComponent);
    if (verb === "PATCH" && room === "flags") {
      this.patches.push([id, body]);
      this.#dev.updateFlag(id, body as object);
      return { success: true };
    }
    if (asked === "GET evaluation") {
      const userId = url.searchParams.get("userId") ?? undefined;
      const user = userId === undefined ? undefined : this.#dev.users.get(userId);
      const answers = new RuleBook(this.#dev.flags).evaluate(user);
      return { userId, answers: Object.fromEntries(answers) };
    }
    if (asked === "POST streams/drop") return { dropped: this.#dev.dropStreams() };
    if (room !== "faults") return undefined;
    if (verb === "POST") faults.add(body as object);
    else if (id === "") faults.clear();
    else faults.remove(id);
    this.#tell({ type: "faults", faults: this.#faults() });
    return { success: true };
  }
}
