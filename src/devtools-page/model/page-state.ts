import type {
  ActiveFault,
  FlagRow,
  ServerFacts,
  Source,
  Totals,
} from "../../dev-server/devtools/messages";
import type { RequestRecord } from "../../dev-server/http/request-record";
import type { Numbered, RecordedEvent, RecordedTelemetry } from "../../dev-server/records";
import type { UserContext } from "../../flags/types";
import type { InspectedSnapshot } from "../../inspect/messages";
import type { Machine } from "./machine";

/** Everything the page knows. It is replaced, never changed. */
export interface PageState {
  /** `undefined` until the server has spoken. */
  readonly server: ServerFacts | undefined;
  readonly flags: readonly FlagRow[];
  /** Why the flags file, as it is now, is not in force. */
  readonly flagsRefused: string | undefined;
  readonly users: readonly UserContext[];
  readonly events: readonly Numbered<RecordedEvent>[];
  readonly telemetry: readonly Numbered<RecordedTelemetry>[];
  readonly requests: readonly Numbered<RequestRecord>[];
  readonly totals: Totals;
  readonly faults: readonly ActiveFault[];
  readonly streams: number;
  readonly sources: ReadonlyMap<string, Source>;
  /** By session. */
  readonly actors: ReadonlyMap<string, Actor>;
  /** The latest, oldest first. */
  readonly transitions: readonly Transition[];
}

/** One actor of one client. */
export interface Actor {
  readonly sessionId: string;
  readonly sourceId: string;
  /** Session of the client's root actor. */
  readonly rootId: string;
  readonly name: string;
  /** `undefined` where the definition could not be read. */
  readonly machine: Machine | undefined;
  readonly snapshot: InspectedSnapshot;
  /** Public state names by region; the first speaks for the actor. */
  readonly states: ReadonlyMap<string, string>;
  /** Since when each of these is so, as far as is known, in milliseconds since the epoch. */
  readonly since: ReadonlyMap<string, number>;
  /** The last change of its state value, also one that no public name shows. */
  readonly latest: Step | undefined;
}

/** A change of a state value. */
export interface Step {
  readonly seq: number;
  readonly sessionId: string;
  readonly before: unknown;
  readonly after: unknown;
  /** As XState has it. */
  readonly eventType: string;
}

/** A change of a public state name. */
export interface Transition {
  /** Unique on the page. */
  readonly id: string;
  readonly rootId: string;
  /** The actor's name, with the region's where that is not the first. */
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How long the state was held that was left, as far as is known, in milliseconds. */
  readonly heldMs: number;
  readonly step: Step;
}

/** How many of each the page keeps. */
export const KEPT = { transitions: 2_000, records: 500 } as const;

export const EMPTY: PageState = {
  server: undefined,
  flags: [],
  flagsRefused: undefined,
  users: [],
  events: [],
  telemetry: [],
  requests: [],
  totals: { requests: 0, events: 0, evaluations: 0 },
  faults: [],
  streams: 0,
  sources: new Map(),
  actors: new Map(),
  transitions: [],
};
