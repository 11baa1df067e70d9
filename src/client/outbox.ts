import type { EventOutbox } from "../storage/outbox-events";
import type { EventQueue, TrackedEvent } from "../tracking";

/**
 * Keeps the queue's unsent events in a store, so that they survive the process,
 * and brings back what earlier ones left.
 */
export class Outbox {
  readonly #queue: EventQueue<TrackedEvent>;
  readonly #store: () => Promise<EventOutbox | undefined>;
  #changed = false;

  constructor(queue: EventQueue<TrackedEvent>, store: () => Promise<EventOutbox | undefined>) {
    this.#queue = queue;
    this.#store = store;
  }

  /** Notes a change of the queue. @returns whether it is the first since the last save. */
  change(): boolean {
    const first = !this.#changed;
    this.#changed = true;
    return first;
  }

  /** Takes orphaned events in. @returns how many had to go for lack of room. */
  async restore(): Promise<number> {
    let overflow = 0;
    await (await this.#store())?.adopt((events) => {
      overflow = this.#queue.restore(events);
    });
    return overflow;
  }

  async save(): Promise<void> {
    const store = await this.#store();
    this.#changed = false;
    await store?.save(this.#queue.pending());
  }

  async release(): Promise<void> {
    await (await this.#store())?.release();
  }
}
