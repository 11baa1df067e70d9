import type { RuleProblem } from "../flags/rules";
import type { UserContext } from "../flags/types";
import { Emitter } from "./emitter";
import { type LocalRules, localRules } from "./evaluation/local/local-rules";
import { type FlagChange, RuleBook } from "./evaluation/rule-book";
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
  #rules: LocalRules | undefined;

  constructor(options: ResolvedOptions, file: FlagsFile) {
    this.options = options;
    this.emitter = new Emitter((error) => options.log(`A listener failed: ${String(error)}`));
    this.streams = new Streams(options.heartbeatMs, (count) =>
      this.emitter.emit("streams_changed", count),
    );
    this.#book = new RuleBook(file);
    this.#rules = this.#rulesOf(file);
  }

  /** The flags in force. */
  get book(): RuleBook {
    return this.#book;
  }

  /** The rules in force, where streams carry them. */
  get rules(): Pick<LocalRules, "version" | "flags"> | undefined {
    return this.#rules && { version: this.#rules.version, flags: this.#rules.flags };
  }

  /** What is wrong with the flags in force, though the file is valid. */
  get problems(): readonly RuleProblem[] {
    return [...this.#book.problems, ...(this.#rules?.problems ?? [])];
  }

  /** Puts other flags in force and tells every stream which of them changed, or what the rules are now. */
  replaceFlags(file: FlagsFile): void {
    const book = new RuleBook(file);
    const changes = book.changesSince(this.#book);
    this.#book = book;
    this.#rules = this.#rulesOf(file);
    this.#tell(changes);
    this.emitter.emit(
      "flags_changed",
      changes.map(({ key }) => key),
    );
  }

  #tell(changes: readonly FlagChange[]): void {
    if (this.rules === undefined) {
      for (const { key, enabled } of changes)
        this.streams.broadcast("flag-changed", { key, enabled });
    } else if (changes.length > 0) this.streams.broadcast("rules-full", this.rules);
  }

  #rulesOf(file: FlagsFile): LocalRules | undefined {
    return this.options.localEvaluation ? localRules(file) : undefined;
  }
}
