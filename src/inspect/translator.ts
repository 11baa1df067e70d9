import type { InspectionEvent } from "xstate";
import { type InspectedClient, VERSION } from "../public";
import type {
  ActorMessage,
  ClientFacts,
  EventMessage,
  InspectedEvent,
  InspectedSnapshot,
  InspectionMessage,
  SnapshotMessage,
} from "./messages";
import type { Fields } from "./plain-fields";
import { projectEvent, projectSnapshot, type RawSnapshot } from "./project";
import { type MachineActor, type Session, Sessions, type System } from "./sessions";

/** The version of `@statelyai/inspect` whose messages these are. */
export const PROTOCOL_VERSION = "0.7.2";

/**
 * Turns what XState tells its inspectors into messages that may leave. Only machines
 * have a session: promises and callbacks are seen by the events that they send.
 */
export class Translator {
  readonly #sessions = new Sessions();
  readonly #texts: boolean;
  readonly #tell: (message: InspectionMessage) => void;
  readonly #soon: (act: () => void) => void;
  /** Systems in which something happened since their facts were compared. */
  readonly #moved = new Set<System>();
  #lastId = 0;
  #lastEvent: { readonly raw: unknown; readonly projected: InspectedEvent } | undefined;

  /**
   * @param texts whether text fields of events and contexts leave.
   * @param soon does something when what happens at once is over.
   */
  constructor(
    texts: boolean,
    tell: (message: InspectionMessage) => void,
    soon: (act: () => void) => void,
  ) {
    this.#texts = texts;
    this.#tell = tell;
    this.#soon = soon;
  }

  observe(inspected: InspectionEvent, client: InspectedClient | undefined): void {
    const actor = inspected.actorRef as unknown as MachineActor;
    switch (inspected.type) {
      case "@xstate.actor":
        this.#begin(actor, client);
        return;
      case "@xstate.event":
        this.#heard(actor, client, inspected.sourceRef, inspected.event);
        return;
      // Snapshots come in the order in which actors finish, effect before cause.
      case "@xstate.microstep":
        this.#stepped(actor, inspected.snapshot as RawSnapshot, inspected.event);
        return;
      case "@xstate.snapshot":
        if (inspected.snapshot.status === "active") return;
        this.#stepped(actor, inspected.snapshot as RawSnapshot, inspected.event);
    }
  }

  /** Only who begins and who ends: for as long as nothing is told. */
  follow(inspected: InspectionEvent, client: InspectedClient | undefined): void {
    const actor = inspected.actorRef as unknown as MachineActor;
    if (inspected.type === "@xstate.actor" || inspected.type === "@xstate.event") {
      this.#begin(actor, client);
    } else if ("snapshot" in inspected && inspected.snapshot.status !== "active") {
      const session = this.#sessions.of(actor);
      if (session !== undefined) this.#sessions.end(session);
    }
  }

  /** Ends all that is known of a client, as if it had stopped. */
  leave(client: InspectedClient): void {
    const left = [...this.#sessions.live].filter(({ system }) => system.client === client);
    const event = { type: "inspector.detached" };
    for (const session of left.reverse()) {
      const snapshot = this.#snapshotOf(session, session.actor.getSnapshot());
      this.#tell(this.#snapshot(session, event, { ...snapshot, status: "stopped" }));
      this.#sessions.forget(session);
    }
  }

  /** Every actor that lives, as it is now, parents before their children. */
  registrations(): ActorMessage[] {
    return [...this.#sessions.live].map((session) => this.#registration(session));
  }

  /** Puts the present in place of what a message said of its origin. */
  renew(message: ActorMessage): ActorMessage {
    return { ...message, id: this.#nextId(), createdAt: String(Date.now()) };
  }

  #heard(
    actor: MachineActor,
    client: InspectedClient | undefined,
    source: unknown,
    event: unknown,
  ): void {
    const session = this.#begin(actor, client);
    if (session === undefined || !this.#sessions.isLive(session)) return;
    const message: EventMessage = {
      ...this.#heading(session),
      type: "@xstate.event",
      sourceId: this.#sessions.of(source as MachineActor | undefined)?.id,
      event: this.#eventOf(event),
    };
    this.#tell(message);
  }

  #stepped(actor: MachineActor, snapshot: RawSnapshot, event: unknown): void {
    const session = this.#sessions.of(actor);
    // One that is not known yet will be introduced with what this brought.
    if (session === undefined || !this.#sessions.isLive(session)) return;
    // Its books are told a last time.
    if (snapshot.status !== "active") session.system.facts = undefined;
    const projected = this.#snapshotOf(session, snapshot);
    this.#tell(this.#snapshot(session, this.#eventOf(event), projected));
    if (snapshot.status !== "active") this.#sessions.end(session);
    this.#noteMoved(session.system);
  }

  /** The session of an actor, which is introduced as soon as it can be read. */
  #begin(actor: MachineActor, client: InspectedClient | undefined): Session | undefined {
    if (!isMachine(actor)) return undefined;
    const known = this.#sessions.of(actor);
    if (known !== undefined || snapshotIn(actor)?.status !== "active") return known;
    const parent = actor._parent && this.#begin(actor._parent, client);
    const session = this.#sessions.add(actor, parent, client);
    this.#tell(this.#registration(session));
    return session;
  }

  /** What every message begins with. */
  #heading(session: Session) {
    return {
      _version: PROTOCOL_VERSION,
      id: this.#nextId(),
      createdAt: String(Date.now()),
      sessionId: session.id,
      rootId: rootOf(session).id,
    };
  }

  #registration(session: Session): ActorMessage {
    return {
      ...this.#heading(session),
      type: "@xstate.actor",
      name: session.name,
      parentId: session.parent?.id,
      definition: session.definition,
      snapshot: this.#snapshotOf(session, session.actor.getSnapshot()),
    };
  }

  #snapshot(session: Session, event: InspectedEvent, snapshot: InspectedSnapshot): SnapshotMessage {
    return {
      ...this.#heading(session),
      type: "@xstate.snapshot",
      event,
      snapshot,
    };
  }

  #snapshotOf(session: Session, snapshot: RawSnapshot): InspectedSnapshot {
    const { system } = session;
    if (system.root !== session) return projectSnapshot(snapshot, this.#texts, undefined);
    system.facts ??= factsOf(system);
    return projectSnapshot(snapshot, this.#texts, system.facts);
  }

  /** How the client stands is asked once for all that happens at once: when that is over. */
  #noteMoved(system: System): void {
    if (system.client === undefined) return;
    if (this.#moved.size === 0) this.#soon(() => this.#compareFacts());
    this.#moved.add(system);
  }

  #compareFacts(): void {
    const moved = [...this.#moved];
    this.#moved.clear();
    for (const system of moved) {
      const { root, facts: before } = system;
      if (root === undefined || !this.#sessions.isLive(root)) continue;
      system.facts = factsOf(system);
      if (same(before, system.facts)) continue;
      const snapshot = this.#snapshotOf(root, root.actor.getSnapshot());
      this.#tell(this.#snapshot(root, { type: "facts.changed" }, snapshot));
    }
  }

  /** An event is projected once, for itself and for what comes of it. */
  #eventOf(event: unknown): InspectedEvent {
    const last = this.#lastEvent;
    if (last !== undefined && last.raw === event) return last.projected;
    const projected = projectEvent(event, this.#texts);
    this.#lastEvent = { raw: event, projected };
    return projected;
  }

  #nextId(): string {
    return String(++this.#lastId);
  }
}

function rootOf(session: Session): Session {
  return session.system.root ?? session;
}

function isMachine(actor: Partial<MachineActor>): actor is MachineActor {
  return typeof actor.logic === "object" && "root" in actor.logic && "config" in actor.logic;
}

/** An actor cannot be read while it is being made. */
function snapshotIn(actor: MachineActor): RawSnapshot | undefined {
  try {
    return actor.getSnapshot();
  } catch {
    return undefined;
  }
}

function factsOf({ client }: System): Fields | undefined {
  return client && ({ sdk: VERSION, ...client.facts() } satisfies ClientFacts as unknown as Fields);
}

function same(one: Fields | undefined, other: Fields | undefined): boolean {
  return Object.keys(other ?? {}).every((key) => one?.[key] === other?.[key]);
}
