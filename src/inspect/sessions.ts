import type { InspectedClient } from "../public";
import { shorten } from "./bytes";
import { definitionOf } from "./definition";
import type { Fields } from "./plain-fields";
import type { RawSnapshot } from "./project";

/** A machine at work, as XState's inspection shows it. */
export interface MachineActor {
  readonly id: string;
  readonly sessionId: string;
  readonly system: object;
  readonly logic: { readonly config: object; readonly root: unknown };
  readonly _parent?: MachineActor;
  getSnapshot(): RawSnapshot;
}

/** All actors below one root. */
export interface System {
  readonly number: number;
  /** The client that it is the inside of; any other program's machines have none. */
  readonly client: InspectedClient | undefined;
  root?: Session;
  /** What its root's context last said of the client. */
  facts?: Fields | undefined;
}

/** One actor that receivers know, from its registration to its last snapshot. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly parent: Session | undefined;
  readonly system: System;
  readonly actor: MachineActor;
  readonly definition: string;
}

const MAX_NAME = 64;

/** The actors that are known, under ids that no other inspector gives: XState's own are unique within a system only. */
export class Sessions {
  readonly #sessions = new WeakMap<object, Session>();
  readonly #live = new Set<Session>();
  readonly #systems = new WeakMap<object, System>();
  readonly #definitions = new WeakMap<object, string>();
  readonly #prefix = Math.random().toString(36).slice(2, 10);
  #lastNumber = 0;

  /** Parents before their children. */
  get live(): Iterable<Session> {
    return this.#live;
  }

  /** The session of an actor, of one that is over, too. */
  of(actor: MachineActor | undefined): Session | undefined {
    return actor && this.#sessions.get(actor);
  }

  isLive(session: Session): boolean {
    return this.#live.has(session);
  }

  add(actor: MachineActor, parent: Session | undefined, client: InspectedClient | undefined) {
    const system = this.#systemOf(actor, client);
    const session: Session = {
      id: `${this.#prefix}.${system.number}.${actor.sessionId}`,
      name: shorten(actor.id, MAX_NAME),
      parent,
      system,
      actor,
      definition: this.#definitionOf(actor.logic.config),
    };
    system.root ??= session;
    this.#sessions.set(actor, session);
    this.#live.add(session);
    return session;
  }

  end(session: Session): void {
    this.#live.delete(session);
  }

  /** Forgets a session, so that its actor gets another one when it is seen again. */
  forget(session: Session): void {
    this.#live.delete(session);
    this.#sessions.delete(session.actor);
    this.#systems.delete(session.actor.system);
  }

  #systemOf({ system }: MachineActor, client: InspectedClient | undefined): System {
    const known = this.#systems.get(system);
    if (known !== undefined) return known;
    const made: System = { number: ++this.#lastNumber, client };
    this.#systems.set(system, made);
    return made;
  }

  #definitionOf(config: object): string {
    const known = this.#definitions.get(config);
    if (known !== undefined) return known;
    const made = definitionOf(config);
    this.#definitions.set(config, made);
    return made;
  }
}
