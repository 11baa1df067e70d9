import type { TrackOptions } from "rollgate";

/** An event that `track()` accepted; frozen, a copy of what the app gave. */
export interface TrackedCall extends TrackOptions {
  /** Whose event it is: the user named in the call, or the one it was made for. */
  readonly userId: string;
}

/** A frozen copy, as it would leave for the server. */
export function trackedCall(options: TrackOptions, userId: string): TrackedCall {
  return freeze(JSON.parse(JSON.stringify({ ...options, userId })));
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
