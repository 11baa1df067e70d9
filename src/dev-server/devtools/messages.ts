import type { EvaluationReason, JsonValue, UserContext } from "../../flags/types";
import type { ActorMessage, InspectionMessage } from "../../inspect/messages";
import type { Fault } from "../faults/fault";
import type { FlagDefinition } from "../flags-file/types";
import type { RequestRecord } from "../http/request-record";
import type { Numbered, RecordedEvent, RecordedTelemetry } from "../records";

/** Where the devtools page listens: a WebSocket of the same origin. */
export const LIVE_PATH = "/__rollgate/live";
/** Where inspectors of clients send to: a WebSocket of any loopback origin. */
export const INSPECT_PATH = "/__rollgate/inspect";

/**
 * What the dev server tells the page. The first message is `all`; what is new comes
 * in a `batch`, one for all that happened within some 50 ms.
 */
export type LiveMessage =
  | { readonly type: "all"; readonly view: LiveView }
  | { readonly type: "batch"; readonly messages: readonly LiveMessage[] }
  | { readonly type: "flags"; readonly flags: readonly FlagRow[] }
  /** The flags file was saved with a mistake; holds until the next `flags`, and comes after `all` while it does. */
  | { readonly type: "flags_refused"; readonly message: string }
  | { readonly type: "users"; readonly users: readonly UserContext[] }
  | {
      readonly type: "events";
      readonly events: readonly Numbered<RecordedEvent>[];
      readonly totals: Totals;
    }
  | {
      readonly type: "telemetry";
      readonly report: Numbered<RecordedTelemetry>;
      readonly totals: Totals;
    }
  | { readonly type: "request"; readonly request: Numbered<RequestRecord>; readonly totals: Totals }
  | { readonly type: "faults"; readonly faults: readonly ActiveFault[] }
  | { readonly type: "streams"; readonly count: number }
  /** A process or page with an inspector came, or is gone. */
  | { readonly type: "source"; readonly source: Source }
  | {
      readonly type: "inspection";
      readonly sourceId: string;
      readonly seq: number;
      readonly message: InspectionMessage;
    };

/** All that a page needs to begin, also after a reload. */
export interface LiveView {
  readonly server: ServerFacts;
  readonly flags: readonly FlagRow[];
  readonly users: readonly UserContext[];
  /** The latest of each, oldest first. */
  readonly events: readonly Numbered<RecordedEvent>[];
  readonly telemetry: readonly Numbered<RecordedTelemetry>[];
  readonly requests: readonly Numbered<RequestRecord>[];
  readonly totals: Totals;
  readonly faults: readonly ActiveFault[];
  readonly streams: number;
  /** All that are connected, and the latest 20 that are gone. */
  readonly sources: readonly Source[];
  /**
   * Every actor that is known and has not ended, with its latest snapshot, parents
   * before children. With an actor end its children.
   */
  readonly actors: readonly { readonly sourceId: string; readonly actor: ActorMessage }[];
  /** The latest 2,000 events and snapshots, oldest first; no registrations of actors. */
  readonly inspection: readonly {
    readonly sourceId: string;
    readonly seq: number;
    readonly message: InspectionMessage;
  }[];
}

export interface ServerFacts {
  readonly version: string;
  /** The flags file's path, or `undefined` for flags that the program gave. */
  readonly flagsFile: string | undefined;
  readonly localEvaluation: boolean;
  /** When it was started, in milliseconds since the epoch. */
  readonly startedAt: number;
}

/** One flag of the file, and what a user gets. */
export interface FlagRow {
  readonly key: string;
  readonly definition: FlagDefinition;
}

/** Answer of `GET /__rollgate/evaluation?userId=…`; without `userId`, for nobody. */
export interface Evaluation {
  readonly userId: string | undefined;
  readonly answers: Readonly<
    Record<string, { readonly value: JsonValue; readonly reason: EvaluationReason }>
  >;
}

/**
 * Body of `PATCH /__rollgate/flags/<key>`: what the page may change of a flag. It
 * is written to the flags file, comments and layout kept, or takes force in memory
 * where there is no file. Answers 200 `{ "success": true }`, 400, 404 or 409 (the
 * file as it is now cannot be read).
 */
export interface FlagPatch {
  readonly enabled?: boolean;
  readonly rollout?: number;
  readonly targetUsers?: readonly string[];
}

/** Since the server was started. */
export interface Totals {
  readonly requests: number;
  /** Conversion events that were accepted. */
  readonly events: number;
  /** Flag evaluations that were reported. */
  readonly evaluations: number;
}

export interface ActiveFault {
  readonly id: string;
  readonly fault: Fault;
}

/** One connection of an inspector. */
export interface Source {
  readonly id: string;
  /** `browser` with the page's origin, or `process`. */
  readonly label: string;
  readonly connected: boolean;
  /** Since when it is connected, or gone, in milliseconds since the epoch. */
  readonly since: number;
}
