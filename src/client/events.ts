import type { RollgateError } from "../errors";
import type { FlagChange } from "../flags/diff";
import type { CircuitStats } from "./types";

/** The flags in force, key → on or off. */
export type FlagRecord = Readonly<Record<string, boolean>>;

/** What a client emits, by event name. */
export type ClientEvents = {
  /** The first flags are in hand, from wherever they came. Once in a client's life. */
  ready: undefined;
  /** Flags were added, changed or removed; follows the `flag_changed` of each. */
  flags_updated: FlagRecord;
  /** One flag was added, changed or removed. */
  flag_changed: FlagChange;
  /** The rules of one flag were added, changed or removed: some user may get another value. */
  rule_changed: { readonly key: string };
  /** Other rules are in hand, for all users; follows the `rule_changed` of each. The payload is their version. */
  rules_updated: string;
  /** The flags in hand have grown older than `cache.ttlMs`, or belong to outdated attributes. */
  flags_stale: FlagRecord;
  /** Something failed; the client goes on by itself. */
  error: RollgateError;
  circuit_open: CircuitStats;
  circuit_half_open: undefined;
  circuit_closed: undefined;
  /** The connection changed its state; the names are those of `getState().connection`. */
  connection_changed: { readonly from: string; readonly to: string };
  /** Conversion events were delivered. */
  events_flushed: { readonly count: number };
  /** Conversion events are lost for good. */
  events_dropped: {
    readonly count: number;
    readonly reason: "overflow" | "rejected" | "closed";
  };
  /** The last event of a client. */
  closed: undefined;
};

/** Listener of one event. */
export type ClientListener<K extends keyof ClientEvents> = ClientEvents[K] extends undefined
  ? () => void
  : (payload: ClientEvents[K]) => void;
