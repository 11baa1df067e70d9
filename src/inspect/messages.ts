import type { InspectedFacts } from "../public";

/**
 * What leaves an inspector: events of the Stately inspection protocol, as
 * `@statelyai/inspect` 0.7 defines them, so that any of its receivers understands
 * them. They are JSON and hold no key, no user and no flag value.
 */
export type InspectionMessage = ActorMessage | EventMessage | SnapshotMessage;

interface BaseMessage {
  /** Version of the protocol's package that the message is valid for. */
  readonly _version: string;
  /** Unique within an inspector. */
  readonly id: string;
  /** Milliseconds since the epoch, as text. */
  readonly createdAt: string;
  /** Unique among all inspectors, other than XState's own ids. */
  readonly sessionId: string;
  /** The session of the client that the actor belongs to. */
  readonly rootId: string;
}

/** An actor, as it is when it begins or when a receiver comes later; at most 32 kB. */
export interface ActorMessage extends BaseMessage {
  readonly type: "@xstate.actor";
  /** The machine's public name, such as `connection`. */
  readonly name: string;
  readonly parentId: string | undefined;
  /** The machine as JSON text: XState's configuration with names in place of functions. */
  readonly definition: string;
  readonly snapshot: InspectedSnapshot;
}

/** An event on its way to an actor. */
export interface EventMessage extends BaseMessage {
  readonly type: "@xstate.event";
  readonly sourceId: string | undefined;
  readonly event: InspectedEvent;
}

/**
 * An actor's state after one microstep, so that messages come cause before effect;
 * with status `done`, `stopped` or `error` it is the actor's last.
 */
export interface SnapshotMessage extends BaseMessage {
  readonly type: "@xstate.snapshot";
  /** What caused it. */
  readonly event: InspectedEvent;
  readonly snapshot: InspectedSnapshot;
}

export interface InspectedSnapshot {
  readonly status: "active" | "done" | "error" | "stopped";
  /** XState's state value. */
  readonly value: unknown;
  /** Numbers and booleans, and the few words that are no one's data. */
  readonly context: Readonly<Record<string, unknown>>;
}

export interface InspectedEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * What the context of a client's root actor says besides the machine's own: the
 * books of a client, as they were with its last transition.
 */
export interface ClientFacts extends InspectedFacts {
  /** Version of the SDK. */
  readonly sdk: string;
}
