import type { UserContext } from "../flags/types";
import type { DevServerEvents } from "./emitter";
import type { Faults } from "./faults/faults";
import type { FlagDefinition, FlagsFile } from "./flags-file/types";
import type { RequestRecord } from "./http/request-record";
import type { RecordedEvent, RecordedTelemetry } from "./records";

/** A running dev server. */
export interface DevServer extends AsyncDisposable {
  /** Base URL for clients, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** The flags in force; frozen. */
  readonly flags: FlagsFile;
  /** Conversion events received, oldest first. */
  readonly events: readonly RecordedEvent[];
  /** Telemetry reports received, oldest first. */
  readonly telemetry: readonly RecordedTelemetry[];
  /** Users that were identified, by id, with what is remembered of them. */
  readonly users: ReadonlyMap<string, UserContext>;
  /** Requests so far, oldest first; the latest 100,000. */
  readonly requests: readonly RequestRecord[];
  /** Streams that are open now. */
  readonly connectedStreams: number;
  /** Ways to let requests fail. */
  readonly faults: Faults;

  /**
   * Replaces all flags, in memory, and tells the streams. The next save of the
   * flags file replaces them in turn.
   *
   * @throws FlagsFileError; the flags in force stay
   */
  setFlags(file: FlagsFile): void;

  /**
   * Changes fields of one flag, or adds it, in memory, and tells the streams.
   *
   * @throws FlagsFileError; the flags in force stay
   */
  updateFlag(key: string, patch: Partial<FlagDefinition>): void;

  /** Listens to what the server does. @returns a function that ends the subscription */
  on<Name extends keyof DevServerEvents>(
    name: Name,
    listener: (payload: DevServerEvents[Name]) => void,
  ): () => void;

  /** Breaks all open streams off, as a crash would. @returns how many there were */
  dropStreams(): number;

  /** Stops listening and ends every connection. Further calls get the same promise. */
  close(): Promise<void>;
}
