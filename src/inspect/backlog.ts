import type { ActorMessage, InspectedSnapshot } from "./messages";
import type { Outgoing } from "./outgoing";

/** Messages that are kept while nobody takes them. */
export const MAX_PENDING = 200;

/** A message that waits; without `text` it only changes what is known. */
export type Pending =
  | Outgoing
  | { readonly message: Outgoing["message"]; readonly text: undefined };

/** An actor, and the last that was told of it. */
interface Known {
  readonly actor: ActorMessage;
  snapshot: InspectedSnapshot;
}

/**
 * What a receiver has yet to be told: all actors as they were, and the latest that
 * happened since. What is too old to be kept is worked into how the actors were.
 */
export class Backlog {
  readonly #actors = new Map<string, Known>();
  readonly #pending: Pending[] = [];
  /** Actors that the receiver has to be told of before anything else. */
  #introductions: Known[] = [];

  add(pending: Pending): void {
    this.#pending.push(pending);
    if (this.#pending.length <= MAX_PENDING) return;
    this.#fold(this.#pending.shift());
    this.startOver();
  }

  /** Forgets everything but these actors. */
  reset(actors: readonly ActorMessage[]): void {
    this.#pending.length = 0;
    this.#actors.clear();
    for (const actor of actors) this.#learn(actor);
    this.startOver();
  }

  /** The receiver is another one, or missed something: it is told of all actors again. */
  startOver(): void {
    this.#introductions = [...this.#actors.values()];
  }

  /**
   * Hands over what there is for as long as it is taken.
   * @param renew an actor's registration as it would be sent now.
   */
  drain(send: (outgoing: Outgoing) => boolean, renew: (actor: ActorMessage) => Pending): void {
    for (let next = this.#introductions[0]; next !== undefined; next = this.#introductions[0]) {
      const renewed = renew({ ...next.actor, snapshot: next.snapshot });
      if (renewed.text !== undefined && !send(renewed)) return;
      this.#introductions.shift();
    }
    for (let next = this.#pending[0]; next !== undefined; next = this.#pending[0]) {
      if (next.text !== undefined && !send(next)) return;
      this.#fold(this.#pending.shift());
    }
  }

  #fold(pending: Pending | undefined): void {
    if (pending === undefined) return;
    const { message } = pending;
    if (message.type === "@xstate.actor") this.#learn(message);
    if (message.type !== "@xstate.snapshot") return;
    const known = this.#actors.get(message.sessionId);
    if (message.snapshot.status !== "active") this.#actors.delete(message.sessionId);
    else if (known !== undefined) known.snapshot = message.snapshot;
  }

  #learn(actor: ActorMessage): void {
    this.#actors.set(actor.sessionId, { actor, snapshot: actor.snapshot });
  }
}
