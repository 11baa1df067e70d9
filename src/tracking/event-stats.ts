/**
 * What became of conversion events. At any moment
 * `accepted = delivered + pending + dropped.overflow + dropped.rejected + dropped.closed`.
 */
export interface EventStats {
  /** Events that entered the queue, those of an earlier run included. */
  readonly accepted: number;
  /** Events that the server confirmed. */
  readonly delivered: number;
  /** Events that wait or are on their way. */
  readonly pending: number;
  readonly dropped: {
    /** The oldest of more than `tracking.maxQueueSize`. */
    readonly overflow: number;
    /** Refused by the server. */
    readonly rejected: number;
    /** Unsent when the client closed. */
    readonly closed: number;
  };
  /** Calls of `track()` whose event never entered the queue: invalid, tracking switched off, or client closed. */
  readonly refused: number;
}
