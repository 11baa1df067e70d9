import type { FlagsFileError } from "./flags-file/flags-file-error";
import type { RequestRecord } from "./http/request-record";

/** What a dev server tells its listeners. */
export interface DevServerEvents {
  /** A request was answered. */
  request: RequestRecord;
  /** New flags are in force; the keys that changed. */
  flags_changed: readonly string[];
  /** The flags file was saved with a mistake; the last good flags stay in force. */
  flags_refused: FlagsFileError;
  /** A stream was opened or closed; how many are open now. */
  streams_changed: number;
}

/** Typed events whose listeners cannot disturb each other or the server. */
export class Emitter {
  readonly #listeners = new Map<keyof DevServerEvents, Set<(payload: never) => void>>();
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure gets what a listener threw */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** @returns a function that ends the subscription */
  on<Name extends keyof DevServerEvents>(
    name: Name,
    listener: (payload: DevServerEvents[Name]) => void,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof DevServerEvents>(name: Name, payload: DevServerEvents[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as (payload: DevServerEvents[Name]) => void)(payload);
      } catch (error) {
        this.#onFailure(error);
      }
    }
  }
}
