import type { UserContext } from "../flags/types";
import { Emitter } from "./emitter";
import { RuleBook } from "./evaluation/rule-book";
import { Faults } from "./faults/faults";
import type { FlagsFile } from "./flags-file/types";
import type { RequestRecord } from "./http/request-record";
import type { ResolvedOptions } from "./options";
import type { RecordedEvent, RecordedTelemetry } from "./records";
import { Streams } from "./streams";

/** Everything a running dev server knows. */
export class ServerState {
  readonly options: ResolvedOptions;
  readonly users = new Map<string, UserContext>();
  readonly events: RecordedEvent[] = [];
  readonly telemetry: RecordedTelemetry[] = [];
  readonly requests: RequestRecord[] = [];
  /** All requests so far; `requests` holds the latest. */
  requestCount = 0;
  readonly faults = new Faults();
  readonly emitter: Emitter;
  readonly streams: Streams;
  #book: RuleBook;

  constructor(options: ResolvedOptions, file: FlagsFile) {
    this.options = options;
    this.emitter = new Emitter((error) => options.log(`A listener failed: ${String(error)}`));
    this.streams = new Streams(options.heartbeatMs, (count) =>
      this.emitter.emit("streams_changed", count),
    );
    this.#book = new RuleBook(file);
  }

  /** The flags in force. */
  get book(): RuleBook {
    return this.#book;
  }

  /** Puts other flags in force and tells every stream which of them changed. */
  replaceFlags(file: FlagsFile): void {
    const book = new RuleBook(file);
    const changes = book.changesSince(this.#book);
    this.#book = book;
    for (const { key, enabled } of changes)
      this.streams.broadcast("flag-changed", { key, enabled });
    this.emitter.emit(
      "flags_changed",
      changes.map(({ key }) => key),
    );
  }
}
