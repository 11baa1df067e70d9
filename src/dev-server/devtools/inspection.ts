import type { InspectionMessage } from "../../inspect/messages";
import { Emitter } from "../emitter";
import { ActorRegistry } from "./actor-registry";
import { Backlog } from "./backlog";
import type { LiveView, Source } from "./messages";
import { readInspection } from "./read-inspection";

/** Largest message of an inspector, in bytes. */
export const MAX_MESSAGE_BYTES = 65_536;
/** How many messages are kept of all sources together, and how much. */
const MAX_MESSAGES = 2_000;
const MAX_BACKLOG_SIZE = 8_388_608;
/** How many actors are kept of all sources together, and how much. */
const MAX_ACTORS = 2_000;
const MAX_ACTORS_SIZE = 33_554_432;
/** How many sources that are gone stay listed. */
const MAX_GONE = 20;

/** What is new among the inspected clients. */
export interface InspectionEvents {
  /** A source came, or is gone. */
  source: Source;
  message: InspectedMessage;
  /** The first message of a source that was dropped, and why. */
  refused: { readonly source: Source; readonly reason: string };
}

export type InspectedMessage = LiveView["inspection"][number];

/** One connection of an inspector, as this room sees it. */
export interface Connection {
  /** @param bytes size of the frame */
  receive(text: string, bytes: number): void;
  /** Drops what is no text of a bearable size. @param reason continues “a message” */
  refuse(reason: string): void;
  end(): void;
}

/** What inspectors of clients have told. It is bounded in every direction. */
export class Inspection {
  readonly emitter: Emitter<InspectionEvents>;
  readonly #sources = new Map<string, { source: Source; readonly actors: ActorRegistry }>();
  readonly #backlog = new Backlog<InspectedMessage>(MAX_MESSAGES, MAX_BACKLOG_SIZE);
  #created = 0;
  #seq = 0;

  /** @param onFailure gets what a listener threw */
  constructor(onFailure: (error: unknown) => void) {
    this.emitter = new Emitter(onFailure);
  }

  get sources(): readonly Source[] {
    return [...this.#sources.values()].map(({ source }) => source);
  }

  get actors(): LiveView["actors"] {
    return [...this.#sources].flatMap(([sourceId, { actors }]) =>
      actors.list().map((actor) => ({ sourceId, actor })),
    );
  }

  /** The latest events and snapshots of all sources, oldest first. */
  get latest(): readonly InspectedMessage[] {
    return this.#backlog.items;
  }

  /** Lists a source, until it is gone and 20 others after it. */
  connect(label: string): Connection {
    const id = `source-${++this.#created}`;
    const actors = new ActorRegistry();
    const tell = (connected: boolean) => {
      const source: Source = { id, label, connected, since: Date.now() };
      this.#sources.set(id, { source, actors });
      this.emitter.emit("source", source);
      return source;
    };
    const source = tell(true);
    let hasComplained = false;
    const refuse = (reason: string) => {
      if (hasComplained) return;
      hasComplained = true;
      this.emitter.emit("refused", { source, reason });
    };
    return {
      receive: (text, bytes) => {
        const reading = readInspection(text);
        if (reading.kind === "invalid") refuse(reading.reason);
        if (reading.kind !== "message") return;
        if (!this.#hasRoomFor(reading.message, actors, bytes)) refuse("is of one actor too many");
        else this.#take(id, actors, reading.message, bytes);
      },
      refuse,
      end: () => {
        tell(false);
        this.#forgetGone();
      },
    };
  }

  #take(sourceId: string, actors: ActorRegistry, message: InspectionMessage, bytes: number): void {
    const entry = { sourceId, seq: ++this.#seq, message };
    actors.apply(message, bytes);
    if (message.type !== "@xstate.actor") this.#backlog.add(entry, bytes);
    this.emitter.emit("message", entry);
  }

  /** For a new actor, sources that are gone make room. */
  #hasRoomFor(message: InspectionMessage, actors: ActorRegistry, bytes: number): boolean {
    if (message.type !== "@xstate.actor" || actors.has(message.sessionId)) return true;
    do {
      const kept = [...this.#sources.values()].map((one) => one.actors);
      const count = kept.reduce((sum, one) => sum + one.count, 1);
      const size = kept.reduce((sum, one) => sum + one.size, bytes);
      if (count <= MAX_ACTORS && size <= MAX_ACTORS_SIZE) return true;
    } while (this.#forgetOldestGone());
    return false;
  }

  #forgetGone(): void {
    const gone = this.sources.filter(({ connected }) => !connected);
    if (gone.length > MAX_GONE) this.#forgetOldestGone();
  }

  #forgetOldestGone(): boolean {
    const [oldest] = this.sources
      .filter(({ connected }) => !connected)
      .sort((a, b) => a.since - b.since);
    return oldest !== undefined && this.#sources.delete(oldest.id);
  }
}
