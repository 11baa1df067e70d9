import { type EventObject, fromCallback, fromPromise } from "xstate";
import { settle } from "./clock";

/** One call of a fake actor, open until the test ends it or the machine leaves it. */
export class HeldCall<TOutput, TInput> {
  readonly input: TInput;
  readonly promise: Promise<TOutput>;
  state: "open" | "ended" | "aborted" = "open";
  #resolve: (output: TOutput) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(input: TInput, signal: AbortSignal) {
    this.input = input;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal.addEventListener("abort", () => {
      if (this.state === "open") this.state = "aborted";
    });
  }

  async resolve(output: TOutput): Promise<void> {
    this.state = "ended";
    this.#resolve(output);
    await settle();
  }

  async reject(error: unknown): Promise<void> {
    this.state = "ended";
    this.#reject(error);
    await settle();
  }
}

/** A promise actor whose answers the test holds back. */
export class Held<TOutput, TInput = void> {
  readonly calls: HeldCall<TOutput, TInput>[] = [];
  /** Most calls that were ever open together. */
  most = 0;
  readonly logic = fromPromise<TOutput, TInput>(({ input, signal }) => {
    const call = new HeldCall<TOutput, TInput>(input, signal);
    this.calls.push(call);
    this.most = Math.max(this.most, this.open.length);
    return call.promise;
  });

  get open(): HeldCall<TOutput, TInput>[] {
    return this.calls.filter((call) => call.state === "open");
  }

  /** The one open call. */
  get one(): HeldCall<TOutput, TInput> {
    const [call, ...others] = this.open;
    if (call === undefined || others.length > 0) {
      throw new Error(`Expected one open call, found ${this.open.length}.`);
    }
    return call;
  }

  /** How many calls there were, and how many are open. */
  get count(): { calls: number; open: number } {
    return { calls: this.calls.length, open: this.open.length };
  }
}

/** A callback actor that talks when the test does. */
export class Source<TEvent extends EventObject, TInput = void> {
  readonly runs: { readonly input: TInput; stopped: boolean; send(event: TEvent): void }[] = [];
  readonly logic = fromCallback<EventObject, TInput>(({ input, sendBack }) => {
    const run = { input, stopped: false, send: (event: TEvent) => sendBack(event) };
    this.runs.push(run);
    return () => {
      run.stopped = true;
    };
  });

  get live() {
    return this.runs.filter((run) => !run.stopped);
  }

  /** The one that runs. */
  get one() {
    const [run, ...others] = this.live;
    if (run === undefined || others.length > 0) {
      throw new Error(`Expected one running source, found ${this.live.length}.`);
    }
    return run;
  }
}
