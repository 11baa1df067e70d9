/** A place where inspectors send to, over real sockets. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import type {
  ActorMessage,
  InspectionMessage,
  SnapshotMessage,
} from "../../../src/inspect/exported";

type Matches = (message: InspectionMessage) => boolean;

export interface Relay {
  readonly url: string;
  /** What inspectors sent since they were last cleared, in order, as texts. */
  readonly texts: string[];
  readonly messages: readonly InspectionMessage[];
  /** How many connections there were so far. */
  readonly connections: number;
  /** Registrations by the actors' names, the latest of each. */
  actors(): ReadonlyMap<string, ActorMessage>;
  /** The value that an actor was last seen in, by its registration or after it. */
  stateOf(name: string): unknown;
  /** The first message that is as described, now or when it comes. */
  seen(described: Matches): Promise<InspectionMessage>;
  /** Stops reading, as a receiver does that hangs; what is under way waits. */
  hang(): void;
  wake(): void;
  /** Breaks all connections off. */
  drop(): void;
  /** Stops listening, too. */
  close(): Promise<void>;
}

/**
 * Starts a server that passes everything on to everybody else, as that of
 * `@statelyai/inspect` does; it is closed after the test.
 */
export async function startRelay(port = 0): Promise<Relay> {
  const server = new WebSocketServer({ host: "127.0.0.1", port, perMessageDeflate: false });
  await once(server, "listening");
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  let connections = 0;
  let hanging = false;
  server.on("connection", (socket) => {
    connections++;
    if (hanging) socket.pause();
    socket.on("error", () => {});
    socket.on("message", (data) => {
      texts.push(String(data));
      for (const other of server.clients) if (other !== socket) other.send(String(data));
      for (const look of waiting) look();
    });
  });
  const relay: Relay = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    texts,
    get messages() {
      return texts.map((text) => JSON.parse(text));
    },
    get connections() {
      return connections;
    },
    actors: () => new Map(relay.messages.filter(isActor).map((message) => [message.name, message])),
    stateOf(name) {
      const { sessionId } = relay.actors().get(name) ?? {};
      return relay.messages
        .filter((message) => message.sessionId === sessionId)
        .filter((message) => isActor(message) || isSnapshot(message))
        .at(-1)?.snapshot.value;
    },
    seen: (described) =>
      new Promise((resolve) => {
        const look = () => {
          const found = relay.messages.find(described);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    hang() {
      hanging = true;
      for (const socket of server.clients) socket.pause();
    },
    wake() {
      hanging = false;
      for (const socket of server.clients) socket.resume();
    },
    drop() {
      for (const socket of server.clients) socket.terminate();
    },
    async close() {
      relay.drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  onTestFinished(() => relay.close());
  return relay;
}

export function isActor(message: InspectionMessage): message is ActorMessage {
  return message.type === "@xstate.actor";
}

export function isSnapshot(message: InspectionMessage): message is SnapshotMessage {
  return message.type === "@xstate.snapshot";
}

/** Whether an actor of that name is registered. */
export function registers(name: string): Matches {
  return (message) => isActor(message) && message.name === name;
}

/** Whether it tells of an event of that type, or of what came of one. */
export function hears(type: string): Matches {
  return (message) => "event" in message && message.event.type === type;
}
