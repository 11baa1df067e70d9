import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { parseTarget } from "../http/exchange";
import { ignoreUpgrade } from "../http/ignore-upgrade";
import { Refusal } from "../http/refusal";
import { refuseUpgrade } from "../http/refuse-upgrade";
import { toRecord } from "../http/request-record";
import { requireLoopbackOrigin, requireSameOrigin } from "../http/same-origin";
import type { ServerState } from "../state";
import { receiveInspection, sourceLabel } from "./inspector";
import { LiveFeed } from "./live-feed";
import { INSPECT_PATH, LIVE_PATH } from "./messages";

/** A frame beyond this ends its connection; what is merely too large to keep is dropped. */
const MAX_FRAME_BYTES = 1_048_576;
/** Inspectors that can be connected at once. */
const MAX_INSPECTORS = 100;

interface Channel {
  /** @throws Refusal for who may not connect */
  require(request: IncomingMessage): void;
  /** A few words for the request log. */
  note?(request: IncomingMessage): string;
  accept(socket: WebSocket, request: IncomingMessage): void;
}

/** The WebSockets of the dev server: of inspectors, and of the devtools page. */
export class DevtoolsSockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  readonly #state: ServerState;
  readonly #feed: LiveFeed;
  readonly #channels: ReadonlyMap<string, Channel>;

  constructor(http: Server, state: ServerState) {
    this.#state = state;
    this.#feed = new LiveFeed(state);
    this.#channels = new Map([
      [INSPECT_PATH, this.#inspectors()],
      [LIVE_PATH, this.#pages()],
    ]);
    http.on("upgrade", (request, socket, head) => {
      const channel = this.#channels.get(request.url?.split("?")[0] ?? "");
      const isWebSocket = request.headers.upgrade?.toLowerCase() === "websocket";
      if (channel === undefined || !isWebSocket) ignoreUpgrade(http, request, socket, head);
      else this.#connect(channel, request, socket, head);
    });
  }

  /** Breaks every connection off. */
  close(): void {
    this.#feed.close();
    for (const socket of this.#server.clients) socket.terminate();
  }

  #inspectors(): Channel {
    const { inspection } = this.#state;
    return {
      require: (request) => {
        requireLoopbackOrigin(request);
        if (inspection.sources.filter(({ connected }) => connected).length < MAX_INSPECTORS) return;
        const message = `${MAX_INSPECTORS} inspectors are connected already: end some of them.`;
        throw new Refusal(503, { message });
      },
      note: sourceLabel,
      accept: (socket, request) => {
        receiveInspection(socket, inspection.connect(sourceLabel(request)));
      },
    };
  }

  #pages(): Channel {
    return {
      require: requireSameOrigin,
      accept: (socket) => this.#feed.add(socket),
    };
  }

  #connect(channel: Channel, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const at = Date.now();
    const started = performance.now();
    const record = (status: number, note: string | undefined) => {
      const { pathname: path, searchParams: query } = parseTarget(request);
      const durationMs = performance.now() - started;
      this.#state.receiveRequest(toRecord(request, { path, query, status, at, durationMs, note }));
    };
    // Without a listener, a connection that breaks would end the process.
    socket.on("error", () => socket.destroy());
    try {
      channel.require(request);
    } catch (error) {
      const { reply } = error as Refusal;
      record(reply.status, reply.note);
      refuseUpgrade(socket, reply);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("error", () => webSocket.terminate());
      record(101, channel.note?.(request));
      channel.accept(webSocket, request);
    });
  }
}
