import type { Batch, BatchPorts } from "../actors/send-batch";
import type { Http } from "../http";
import { readReceived, telemetryBody } from "../protocol";
import type { Clock } from "../time/clock";
import { createEvaluationCounter, type TelemetryStats } from "../tracking";
import type { FlagStore } from "./flag-store";

/** Collects the counts of evaluations out of the flag store and reports them. */
export class Telemetry implements BatchPorts {
  /** A report takes all there is: nothing has to leave early. */
  readonly batchSize = Number.POSITIVE_INFINITY;
  readonly #counter = createEvaluationCounter();
  readonly #store: FlagStore;
  readonly #http: Http;
  readonly #clock: Clock;
  readonly #enabled: boolean;
  /** When the period of the next report began. */
  #since: number;
  /** Evaluations taken out of the store so far. */
  #collected = 0;
  #current: Batch | undefined;

  constructor(store: FlagStore, http: Http, clock: Clock, enabled: boolean) {
    this.#enabled = enabled;
    this.#store = store;
    this.#http = http;
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  get stats(): TelemetryStats {
    this.#collect();
    return this.#counter.stats();
  }

  /** Counting begins now: some runtimes have no time before the first request. */
  begin(): void {
    this.#since = this.#clock.monotonic();
  }

  /** Evaluations that somebody has seen in {@link stats}, and how many of them were reported. */
  get collected(): number {
    return this.#collected;
  }
  get reported(): number {
    return this.#collected - this.#counter.stats().evaluationCount;
  }

  /** Reports that what was seen so far still needs: what is counted later waits for its time. */
  get pending(): number {
    return this.reported < this.#collected ? 1 : 0;
  }

  /** The report that is due; empty when nothing was evaluated. */
  next(): Batch {
    this.#collect();
    const counts = this.#counter.take();
    const until = this.#clock.monotonic();
    const batch: Batch = {
      size: counts.size === 0 ? 0 : 1,
      post: async (signal) => {
        const answer = await this.#http.request({
          method: "POST",
          path: "/api/v1/sdk/telemetry",
          body: telemetryBody(counts, until - this.#since),
          signal,
        });
        readReceived(answer.body);
        return { received: undefined };
      },
      settle: () => {
        if (this.#current !== batch) return;
        this.#counter.commit();
        this.#since = until;
      },
      putBack: () => {
        if (this.#current === batch) this.#counter.restore();
      },
    };
    this.#current = batch;
    return batch;
  }

  #collect(): void {
    this.#store.collect((key, on, off) => {
      if (!this.#enabled) return;
      this.#counter.add(key, on, off);
      this.#collected += on + off;
    });
  }
}
