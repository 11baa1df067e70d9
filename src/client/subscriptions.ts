import type { FlagChange } from "../flags/diff";
import type { EventBridge } from "./event-bridge";

type Listener = () => void;

/** The store contract that UI frameworks bind to: called whenever evaluations answer differently. */
export class Subscriptions {
  readonly #all = new Set<{ readonly listener: Listener }>();
  readonly #byKey = new Map<string, Set<{ readonly listener: Listener }>>();
  readonly #bridge: EventBridge;

  constructor(bridge: EventBridge) {
    this.#bridge = bridge;
  }

  add(key: string | undefined, listener: Listener): () => void {
    // The same function may subscribe twice, and each subscription ends by itself.
    const entry = { listener };
    const entries = key === undefined ? this.#all : this.#entriesOf(key);
    entries.add(entry);
    return () => {
      // The second time, the key may be another listener's.
      if (!entries.delete(entry)) return;
      if (key !== undefined && entries.size === 0) this.#byKey.delete(key);
    };
  }

  notify(changes: readonly FlagChange[]): void {
    for (const { listener } of [...this.#all]) this.#bridge.isolate(listener, "subscribe");
    if (this.#byKey.size === 0) return;
    for (const { key } of changes) {
      for (const { listener } of [...(this.#byKey.get(key) ?? [])]) {
        this.#bridge.isolate(listener, "subscribe");
      }
    }
  }

  #entriesOf(key: string): Set<{ readonly listener: Listener }> {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const entries = new Set<{ readonly listener: Listener }>();
    this.#byKey.set(key, entries);
    return entries;
  }
}
