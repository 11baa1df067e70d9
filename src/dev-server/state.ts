import type { RuleProblem } from "../flags/rules";
import type { UserContext } from "../flags/types";
import { Inspection } from "./devtools/inspection";
import type { Totals } from "./devtools/messages";
import { type DevServerEvents, Emitter } from "./emitter";
import { type LocalRules, localRules } from "./evaluation/local/local-rules";
import { type FlagChange, RuleBook } from "./evaluation/rule-book";
import { Faults } from "./faults/faults";
import type { FlagsFileError } from "./flags-file/flags-file-error";
import type { FlagsFile } from "./flags-file/types";
import type { FlagsFileWatch } from "./flags-file/watch";
import type { RequestRecord } from "./http/request-record";
import type { ResolvedOptions } from "./options";
import { type RecordedEvent, type RecordedTelemetry, Records } from "./records";
import { Streams } from "./streams";

/** Everything a running dev server knows. */
export class ServerState {
  readonly options: ResolvedOptions;
  readonly pageFolder: string;
  readonly users = new Map<string, UserContext>();
  readonly events = new Records<RecordedEvent>();
  readonly telemetry = new Records<RecordedTelemetry>();
  readonly requests = new Records<RequestRecord>();
  readonly faults: Faults;
  readonly emitter: Emitter<DevServerEvents>;
  readonly streams: Streams;
  readonly inspection: Inspection;
  /** When the server was started, in milliseconds since the epoch. */
  readonly startedAt = Date.now();
  /** The watch over the flags file, if there is one. */
  watch: FlagsFileWatch | undefined;
  #evaluations = 0;
  #refusal: FlagsFileError | undefined;
  #book: RuleBook;
  #rules: LocalRules | undefined;

  /** @param pageFolder where the built devtools page lies */
  constructor(options: ResolvedOptions, file: FlagsFile, pageFolder: string) {
    this.options = options;
    this.pageFolder = pageFolder;
    const onFailure = (error: unknown) => options.log(`A listener failed: ${String(error)}`);
    this.emitter = new Emitter(onFailure);
    this.inspection = new Inspection(onFailure);
    this.faults = new Faults((active) => this.emitter.emit("faults_changed", active));
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

  /** Path of the flags file; `undefined` for flags that the program gave. */
  get flagsPath(): string | undefined {
    return typeof this.options.flags === "string" ? this.options.flags : undefined;
  }

  /** Why the flags file as it was saved last is not in force; `undefined` while it is. */
  get refusal(): FlagsFileError | undefined {
    return this.#refusal;
  }

  get totals(): Totals {
    return {
      requests: this.requests.count,
      events: this.events.count,
      evaluations: this.#evaluations,
    };
  }

  /** Remembers a user's attributes, in place of what was known. */
  identify(user: UserContext): void {
    this.users.set(user.id, user);
    this.emitter.emit("user_identified", user);
  }

  receiveEvents(events: readonly RecordedEvent[]): void {
    this.events.add(...events);
    this.emitter.emit("events_received", events);
  }

  /** @param evaluations how many the report tells of */
  receiveTelemetry(report: RecordedTelemetry, evaluations: number): void {
    this.telemetry.add(report);
    this.#evaluations += evaluations;
    this.emitter.emit("telemetry_received", report);
  }

  receiveRequest(entry: RequestRecord): void {
    this.requests.add(entry);
    this.emitter.emit("request", entry);
  }

  /** Lets the flags in force stay, since those that were saved cannot be used. */
  refuseFlags(reason: FlagsFileError): void {
    this.#refusal = reason;
    this.emitter.emit("flags_refused", reason);
  }

  /** Puts other flags in force and tells every stream which of them changed, or what the rules are now. */
  replaceFlags(file: FlagsFile): void {
    this.#refusal = undefined;
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
