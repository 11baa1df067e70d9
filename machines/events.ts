import type { RollgateError } from "../src/errors/rollgate-error";
import type { Flag } from "../src/flags/flag";

/** The channels that reach the server; each is the `systemId` of its machine. */
export type Channel = "refresh" | "connection" | "tracking" | "telemetry";

/**
 * Why a channel may not send now.
 * `held`: the server asked for quiet; `open`: the circuit is open, or its one
 * probe is under way; `offline`: the app or the browser is; `unauthorized`: the
 * key is refused.
 */
export type Refusal =
  | { readonly kind: "held"; readonly until: number }
  | { readonly kind: "open"; readonly until: number }
  | { readonly kind: "offline" }
  | { readonly kind: "unauthorized" };

/** How something ended that did not succeed. */
export type Failure = { readonly kind: "error"; readonly error: RollgateError } | Refusal;

/**
 * Asks whether one request may leave. It travels client → hold → circuit (the
 * last for flag requests only); whoever objects answers, else the last one grants.
 */
export interface PermitRequested {
  readonly type: "permit.requested";
  readonly channel: Channel;
  /** An `identify` passes a half-open circuit without being its probe. */
  readonly purpose: "flags" | "identify" | "stream" | "events";
}
export interface PermitGranted {
  readonly type: "permit.granted";
  /** The attempt is the half-open circuit's probe: one try, no retries. */
  readonly probe: boolean;
}
export interface PermitRefused {
  readonly type: "permit.refused";
  readonly refusal: Refusal;
}

/** Who wishes for a fetch; only `app` has a caller waiting. */
export type WishSource = "app" | "poll" | "stream" | "probe" | "key" | "return" | "hold";
export interface FetchWanted {
  readonly type: "fetch.wanted";
  readonly by: WishSource;
}

/** What one GET of the flags brought. */
export type FlagAnswer =
  | { readonly kind: "changed"; readonly flags: ReadonlyMap<string, Flag>; readonly etag?: string }
  | { readonly kind: "unchanged" };

/** What one request for flags came to. `outdated`: it confirmed flags that are no longer in hand. */
export type FetchOutcome = FlagAnswer | { readonly kind: "outdated" };

/** The wall clock may have moved while nobody looked: a wake-up, a page shown again, a late timer. */
export interface ClockChecked {
  readonly type: "clock.checked";
  /** Wall time, in milliseconds since the epoch. */
  readonly at: number;
  /** Age of the flags in hand, in milliseconds. */
  readonly age: number;
}

/** Asks the origin for quiet, as `Retry-After` said. */
export interface HoldRequested {
  readonly type: "hold.requested";
  readonly forMs: number;
  /** When the answer came, in milliseconds since the epoch. */
  readonly at: number;
}
/** The hold is over; each channel goes on at a moment of its own within `spreadMs`. */
export interface HoldEnded {
  readonly type: "hold.ended";
  readonly spreadMs: number;
}

/** From the refresh machine to the client. */
export interface FetchSucceeded {
  readonly type: "fetch.succeeded";
  readonly epoch: number;
  readonly answer: FlagAnswer;
  readonly forced: boolean;
}
export interface FetchFailed {
  readonly type: "fetch.failed";
  readonly epoch: number;
  readonly failure: Failure;
  readonly forced: boolean;
}
export interface AttemptEnded {
  readonly type: "attempt.failed";
  readonly epoch: number;
  readonly error: RollgateError;
}

/** From a flush loop to the client. */
export interface FlushSucceeded {
  readonly type: "flush.succeeded";
  readonly channel: Channel;
  readonly count: number;
}
export interface FlushFailed {
  readonly type: "flush.failed";
  readonly channel: Channel;
  readonly failure: Failure;
}
