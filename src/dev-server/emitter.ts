import type { UserContext } from "../flags/types";
import type { ActiveFault } from "./faults/faults";
import type { FlagsFileError } from "./flags-file/flags-file-error";
import type { RequestRecord } from "./http/request-record";
import type { RecordedEvent, RecordedTelemetry } from "./records";

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
  /** Conversion events were accepted, in one batch. */
  events_received: readonly RecordedEvent[];
  /** A telemetry report was accepted. */
  telemetry_received: RecordedTelemetry;
  /** A user was identified. */
  user_identified: UserContext;
  /** A fault was added, removed, or met a request that used it up by one; those in force now. */
  faults_changed: readonly ActiveFault[];
}

/** Typed events whose listeners cannot disturb each other or the server. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure gets what a listener threw */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** @returns a function that ends the subscription */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as (payload: Events[Name]) => void)(payload);
      } catch (error) {
        this.#onFailure(error);
      }
    }
  }
}
