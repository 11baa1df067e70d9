import type { RollgateError } from "../errors/rollgate-error";
import type { Clock } from "../time/clock";
import { createOnce, messageOf, type StorageOperation, storageError } from "./failures";
import { inTime, TOO_LATE } from "./in-time";
import { createPatience } from "./patience";
import type { FlagStorage, StoredText } from "./storage";
import { createUnsaved, type Unsaved } from "./unsaved";

/** A storage that never throws or rejects; `keys` is there when the wrapped one has it. */
export interface SafeStorage {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, about?: StoredText): Promise<void>;
  delete(key: string): Promise<void>;
  keys?(prefix: string): Promise<string[]>;
}

/** What {@link createSafeStorage} needs. */
export interface SafeStorageOptions {
  readonly clock: Clock;
  /** The most that reading may take: somebody waits for it. @default 100 */
  readonly timeoutMs?: number;
  /** The most that writing may take: nobody waits for it, and disks can be busy. @default 1_000 */
  readonly writeTimeoutMs?: number;
  /** Told once for one reason, and once per kind of failure of each operation (`code` `STORAGE_FAILED`). */
  readonly report: (error: RollgateError) => void;
  /** Hides secrets in what the storage says went wrong. @default nothing is hidden */
  readonly redact?: (text: string) => string;
}

/**
 * Makes a storage that can be relied on from one that cannot. A call that fails
 * is a miss or does nothing; what could not be written stays readable in this
 * process, and is written once the storage takes something else or, having hung, answers again.
 */
export function createSafeStorage(storage: FlagStorage, options: SafeStorageOptions): SafeStorage {
  const { clock, timeoutMs = 100, writeTimeoutMs = 1_000 } = options;
  const { report, redact = (text) => text } = options;
  const once = createOnce(report);
  const patience = createPatience(clock);
  const unsaved = createUnsaved();

  async function ask(
    operation: StorageOperation,
    call: () => unknown,
    usable: (answer: unknown) => boolean = () => true,
  ): Promise<{ readonly answer: unknown } | undefined> {
    const complain = (kind: string, problem = kind) => {
      once(`${operation} ${kind}`, () => storageError(`${problem} (${operation})`), problem);
      return undefined;
    };
    if (!patience.mayAsk()) return undefined;
    const reads = operation === "get" || operation === "keys";
    const limitMs = reads ? timeoutMs : writeTimeoutMs;
    try {
      const answer = await inTime(call(), limitMs, clock, onAnswer);
      onAnswer();
      return usable(answer) ? { answer } : complain("gave something unusable");
    } catch (error) {
      if (error !== TOO_LATE) return complain("failed", `failed: ${messageOf(error, redact)}`);
      patience.hung();
      return complain(`did not answer within ${limitMs} ms`);
    }
  }

  function onAnswer(): void {
    if (patience.answered()) void writeWaiting();
  }

  async function writeWaiting(): Promise<void> {
    for (const change of unsaved.takeWaiting()) await write(change);
  }

  async function write(change: Unsaved): Promise<void> {
    const { key, value, about } = change;
    const written = await (value === undefined
      ? ask("delete", () => storage.delete(key))
      : ask("set", () => storage.set(key, value, about)));
    if (!written) return unsaved.putOff(change);
    unsaved.settle(change);
    void writeWaiting();
  }

  const safe: SafeStorage = {
    async get(key) {
      const change = unsaved.of(key);
      if (change !== undefined) return change.value;
      const asked = await ask("get", () => storage.get(key), isTextOrNothing);
      return (asked?.answer as string | null | undefined) ?? undefined;
    },
    set: (key, value, about) => write(unsaved.add(key, value, about)),
    delete: (key) => write(unsaved.add(key, undefined)),
  };
  if (typeof storage.keys !== "function") return safe;
  return {
    ...safe,
    async keys(prefix) {
      const asked = await ask("keys", () => storage.keys?.(prefix), isTexts);
      return unsaved.apply((asked?.answer ?? []) as string[], prefix);
    },
  };
}

// `null` is what many a storage says where ours says `undefined`.
function isTextOrNothing(answer: unknown): boolean {
  return answer === undefined || answer === null || typeof answer === "string";
}

function isTexts(answer: unknown): boolean {
  return Array.isArray(answer) && answer.every((key) => typeof key === "string");
}
