import type { TrackedEvent } from "../tracking";
import { decodeEvents, encodeEvents } from "../tracking/event-codec";
import type { OutboxStore } from "./outbox";

/** An {@link OutboxStore} that takes and gives events, not texts. */
export interface EventOutbox extends Pick<OutboxStore, "release"> {
  /**
   * Hands over the events in all orphaned outboxes that are still of use, oldest first.
   *
   * @param take keeps them: from its return on, a {@link save} without an event means that it is sent
   */
  adopt(take: (events: readonly TrackedEvent[]) => void): Promise<void>;
  /** Replaces what our outboxes hold. */
  save(events: readonly TrackedEvent[]): Promise<void>;
}

/** Keeps events in a store of texts, each in the box it came in. */
export function keepEvents(store: OutboxStore): EventOutbox {
  const boxes = new Map<string, readonly TrackedEvent[]>();
  return {
    async adopt(take) {
      const adopted = (await store.adopt()).map(({ text, box }) => {
        const events = decodeEvents(text);
        if (box !== undefined) boxes.set(box, events);
        return events;
      });
      take(adopted.flat().sort((a, b) => a.timestamp - b.timestamp));
    },
    async save(events) {
      const own = new Set(events);
      const changed = new Map<string, readonly TrackedEvent[]>();
      for (const [box, held] of boxes) {
        const left = held.filter((event) => own.delete(event));
        if (left.length < held.length || left.length === 0) changed.set(box, left);
      }
      const texts = [...changed].map(([box, left]) => [box, encodeEvents(left)] as const);
      await store.save(encodeEvents([...own]), new Map(texts));
      for (const [box, left] of changed) {
        if (left.length === 0) boxes.delete(box);
        else boxes.set(box, left);
      }
    },
    release: () => store.release(),
  };
}
