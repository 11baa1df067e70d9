import { SimulatedClock } from "xstate";

/** Timers that one `advance` may fire before it is called a tight loop. */
const MOST_TIMERS = 20_000;

/** Lets every promise that is settled already tell whoever waits for it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

/** XState's simulated clock, moved from one due timer to the next, with a wall clock beside it. */
export class TestClock extends SimulatedClock {
  /** What the wall clock shows at simulated time 0; move it to make the wall clock jump. */
  epoch = 1_700_000_000_000;
  readonly #due = new Map<number, number>();

  override setTimeout(fn: () => void, ms: number): number {
    if (Number.isNaN(ms)) throw new Error("A timer was set to NaN.");
    const id = super.setTimeout(() => {
      this.#due.delete(id);
      fn();
    }, ms);
    this.#due.set(id, this.now() + ms);
    return id;
  }

  override clearTimeout(id: number): void {
    this.#due.delete(id);
    super.clearTimeout(id);
  }

  /** Wall time, in milliseconds since the epoch. */
  get wall(): number {
    return this.epoch + this.now();
  }

  /** Timers under way; one that never ends is none. */
  get timers(): number {
    return [...this.#due.values()].filter(Number.isFinite).length;
  }

  /** Time passes; every timer fires at its own moment, and promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.now() + ms;
    for (let fired = 0; ; fired++) {
      await settle();
      const next = Math.min(...this.#due.values(), Number.POSITIVE_INFINITY);
      if (next > end) break;
      if (fired > MOST_TIMERS) throw new Error(`More than ${MOST_TIMERS} timers fired.`);
      this.set(Math.max(next, this.now()));
    }
    this.set(end);
    await settle();
  }

  /** The process did not run for `ms`: whatever became due meanwhile fires now, late. */
  async freeze(ms: number): Promise<void> {
    this.set(this.now() + ms);
    await settle();
  }
}
