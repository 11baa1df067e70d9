import type { RollgateError } from "../errors";
import type { RulesEngine } from "../flags/rules";
import type { StreamRequest } from "../http";
import type { ReadStream, StreamReaderOptions } from "../sse";
import type { Names } from "../storage/names";
import type { EventOutbox } from "../storage/outbox-events";
import type { FlagStorage } from "../storage/storage";
import type { Clock } from "../time/clock";

/** What a page tells about itself; a process without pages never does. */
export type PageSignal =
  /** Hidden or going away: last chance to send. */
  | { readonly type: "hidden" }
  /** Offline or frozen: nothing can be sent or received. */
  | { readonly type: "left" }
  | { readonly type: "returned" }
  | { readonly type: "shown" };

/** Where the client runs: everything that Node and browsers do differently. */
export interface Platform {
  readonly browser: boolean;
  /** What the client runs in, in words. */
  readonly runtime: string;
  /** Its timers never keep a process alive. */
  readonly clock: Clock;
  /** Keeps the process alive until the returned function is called. */
  keepAlive(): () => void;
  /** Lower-case hexadecimal SHA-256 of the text's UTF-8 bytes. */
  digest(text: string): Promise<string>;
  /** Storage of flags when the app brought none; `undefined`: memory only. */
  storage(options: {
    readonly path: string | undefined;
    readonly report: (error: RollgateError) => void;
  }): FlagStorage | undefined;
  /** Where unsent events are kept; `undefined`: nowhere. Rejects when what it takes cannot be loaded. */
  outbox(options: {
    readonly path: string | undefined;
    readonly storage: FlagStorage | undefined;
    readonly names: Names;
  }): Promise<EventOutbox | undefined>;
  /** Loads the evaluator of rules. Rejects when it cannot be loaded. */
  loadRules(): Promise<RulesEngine>;
  /** Loads what reads event streams. Rejects when it cannot be loaded. */
  loadStreamReader(): Promise<(options: StreamReaderOptions) => ReadStream>;
  /** Opens a stream without keeping the process alive; absent: `fetch` serves. */
  readonly openStream?: (request: StreamRequest) => Promise<Response>;
  /** Reports what happens to the page. @returns how to stop. */
  watchPage(listener: (signal: PageSignal) => void): () => void;
}
