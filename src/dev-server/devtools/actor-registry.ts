import type { ActorMessage, InspectionMessage } from "../../inspect/messages";

/** The actors of one source that have not ended, each with its latest snapshot. */
export class ActorRegistry {
  readonly #actors = new Map<string, Entry>();

  get count(): number {
    return this.#actors.size;
  }

  /** Characters of the messages that it was made of. */
  get size(): number {
    return [...this.#actors.values()].reduce((sum, entry) => sum + entry.size + entry.latest, 0);
  }

  has(sessionId: string): boolean {
    return this.#actors.has(sessionId);
  }

  /** Parents before children. */
  list(): readonly ActorMessage[] {
    const placed = new Set<string>();
    const actors: ActorMessage[] = [];
    const place = (actor: ActorMessage) => {
      if (placed.has(actor.sessionId)) return;
      placed.add(actor.sessionId);
      const parent = this.#actors.get(actor.parentId ?? "")?.actor;
      if (parent !== undefined) place(parent);
      actors.push(actor);
    };
    for (const { actor } of this.#actors.values()) place(actor);
    return actors;
  }

  /** Takes notice of what happened to an actor. @param size characters of the message */
  apply(message: InspectionMessage, size: number): void {
    const known = this.#actors.get(message.sessionId);
    if (message.type === "@xstate.actor") {
      this.#actors.set(message.sessionId, { actor: message, size, latest: 0 });
    } else if (message.type === "@xstate.snapshot" && known !== undefined) {
      const actor = { ...known.actor, snapshot: message.snapshot };
      this.#actors.set(message.sessionId, { ...known, actor, latest: size });
    }
    if (message.type !== "@xstate.event" && message.snapshot.status !== "active") {
      this.#remove(message.sessionId);
    }
  }

  /** With an actor end its children. */
  #remove(sessionId: string): void {
    if (!this.#actors.delete(sessionId)) return;
    for (const { actor } of [...this.#actors.values()]) {
      if (actor.parentId === sessionId) this.#remove(actor.sessionId);
    }
  }
}

interface Entry {
  readonly actor: ActorMessage;
  /** Characters of its registration. */
  readonly size: number;
  /** Characters of its latest snapshot. */
  readonly latest: number;
}
