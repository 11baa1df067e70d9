import type { TrackedEvent } from "../tracking";
import { decodeEvents, encodeEvents } from "../tracking/event-codec";
import type { OutboxStore } from "./outbox";

/** An {@link OutboxStore} that takes and gives events, not texts. */
export interface EventOutbox extends Pick<OutboxStore, "release"> {
  /** The events in all orphaned outboxes that are still of use. */
  adopt(): Promise<readonly TrackedEvent[]>;
  /** Replaces what our outbox holds. */
  save(events: readonly TrackedEvent[]): Promise<void>;
}

/** Keeps events in a store of texts. */
export function keepEvents(store: OutboxStore): EventOutbox {
  return {
    adopt: async () => (await store.adopt()).flatMap(decodeEvents),
    save: (events) => store.save(encodeEvents(events)),
    release: () => store.release(),
  };
}
