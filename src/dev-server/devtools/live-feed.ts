import type { WebSocket } from "ws";
import type { ServerState } from "../state";
import { activeFaults, flagRows, latestUsers, liveView } from "./live-view";
import type { LiveMessage } from "./messages";

/** Time in which what happens is gathered into one message, in milliseconds. */
const BATCH_MS = 50;
/** So much is sent at once, however short the time: in number, and in characters. */
const MAX_BATCH = 500;
const MAX_BATCH_SIZE = 1_048_576;
/** Bytes that may wait for a page that does not read, beyond the first message. */
const MAX_WAITING_BYTES = 33_554_432;
/** Close code that asks to connect again, “try again later”. */
const TOO_SLOW = 1013;

/** Tells every open devtools page what happens. */
export class LiveFeed {
  readonly #state: ServerState;
  readonly #pages = new Map<WebSocket, { readonly maxWaiting: number }>();
  readonly #outdated = new Set<() => LiveMessage>();
  /** What is to be sent next, as JSON. */
  #news: string[] = [];
  #newsSize = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(state: ServerState) {
    this.#state = state;
    this.#listen();
  }

  /** Tells a page everything, and from then on what is new. */
  add(page: WebSocket): void {
    // Those who are there already get what the newcomer finds in its first message.
    this.#flush();
    const text = JSON.stringify({ type: "all", view: liveView(this.#state) });
    this.#pages.set(page, { maxWaiting: text.length + MAX_WAITING_BYTES });
    page.once("close", () => this.#pages.delete(page));
    page.send(text);
    const message = this.#state.refusal?.message;
    if (message !== undefined) page.send(batchOf([JSON.stringify(refused(message))]));
  }

  /** Ends what is under way; the sockets are their server's to close. */
  close(): void {
    this.#pages.clear();
    clearTimeout(this.#timer);
  }

  #listen(): void {
    const { emitter, inspection } = this.#state;
    const flags = (): LiveMessage => ({ type: "flags", flags: flagRows(this.#state) });
    const users = (): LiveMessage => ({ type: "users", users: latestUsers(this.#state) });
    const faults = (): LiveMessage => ({ type: "faults", faults: activeFaults(this.#state) });
    const streams = (): LiveMessage => ({ type: "streams", count: this.#state.streams.count });
    emitter.on("flags_changed", () => this.#refresh(flags));
    emitter.on("user_identified", () => this.#refresh(users));
    emitter.on("faults_changed", () => this.#refresh(faults));
    emitter.on("streams_changed", () => this.#refresh(streams));

    emitter.on("flags_refused", ({ message }) => this.#tell(refused(message)));
    emitter.on("events_received", ({ length }) => {
      const { events, totals } = this.#state;
      this.#tell({ type: "events", events: events.numbered(length), totals });
    });
    emitter.on("telemetry_received", () => {
      const { telemetry, totals } = this.#state;
      for (const report of telemetry.numbered(1)) this.#tell({ type: "telemetry", report, totals });
    });
    emitter.on("request", () => {
      const { requests, totals } = this.#state;
      for (const request of requests.numbered(1)) this.#tell({ type: "request", request, totals });
    });
    inspection.emitter.on("source", (source) => this.#tell({ type: "source", source }));
    inspection.emitter.on("message", (entry) => this.#tell({ type: "inspection", ...entry }));
  }

  #tell(news: LiveMessage): void {
    if (this.#pages.size === 0) return;
    const text = JSON.stringify(news);
    this.#news.push(text);
    this.#newsSize += text.length;
    if (this.#news.length >= MAX_BATCH || this.#newsSize >= MAX_BATCH_SIZE) this.#flush();
    else this.#flushSoon();
  }

  /** For what is told as a whole: once for all changes of a batch, as it is at its end. */
  #refresh(part: () => LiveMessage): void {
    if (this.#pages.size === 0) return;
    this.#outdated.add(part);
    this.#flushSoon();
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const parts = [...this.#outdated].map((part) => JSON.stringify(part()));
    const messages = [...this.#news, ...parts];
    this.#news = [];
    this.#newsSize = 0;
    this.#outdated.clear();
    if (messages.length === 0) return;
    const text = batchOf(messages);
    for (const [page, { maxWaiting }] of this.#pages) {
      if (page.bufferedAmount <= maxWaiting) {
        page.send(text);
        continue;
      }
      this.#pages.delete(page);
      page.close(TOO_SLOW, "The page does not read: connect again for the state as it is then.");
    }
  }
}

function refused(message: string): LiveMessage {
  return { type: "flags_refused", message };
}

/** @param messages as JSON */
function batchOf(messages: readonly string[]): string {
  return `{"type":"batch","messages":[${messages.join(",")}]}`;
}
