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
  /** What inspectors sent since that was last cleared, in order. */
  readonly messages: readonly InspectionMessage[];
  /** The same as it came. */
  readonly texts: readonly string[];
  clear(): void;
  /** How many connections there were so far. */
  readonly connections: number;
  /** Registrations by the actors' names, the latest of each. */
  actors(): ReadonlyMap<string, ActorMessage>;
  /** The states that the actor registered last under a name was last seen in. */
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
  const messages: InspectionMessage[] = [];
  const actors = new Map<string, ActorMessage>();
  const states = new Map<string, unknown>();
  const waiting = new Set<(message: InspectionMessage) => void>();
  let connections = 0;

  function receive(text: string): void {
    const message = JSON.parse(text) as InspectionMessage;
    texts.push(text);
    messages.push(message);
    if (isActor(message)) actors.set(message.name, message);
    if (isActor(message) || isSnapshot(message))
      states.set(message.sessionId, message.snapshot.value);
    for (const look of waiting) look(message);
  }

  server.on("connection", (socket) => {
    connections++;
    socket.on("error", () => {});
    socket.on("message", (data) => {
      receive(String(data));
      for (const other of server.clients) if (other !== socket) other.send(String(data));
    });
  });
  const relay: Relay = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    texts,
    messages,
    clear() {
      texts.length = 0;
      messages.length = 0;
      actors.clear();
    },
    get connections() {
      return connections;
    },
    actors: () => actors,
    stateOf: (name) => states.get(actors.get(name)?.sessionId ?? ""),
    seen: (described) =>
      new Promise((resolve) => {
        const known = messages.find(described);
        if (known !== undefined) {
          resolve(known);
          return;
        }
        const look = (message: InspectionMessage) => {
          if (!described(message)) return;
          waiting.delete(look);
          resolve(message);
        };
        waiting.add(look);
      }),
    hang() {
      for (const socket of server.clients) socket.pause();
    },
    wake() {
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
