import type { FlagKey, FlagKeyFor, ValueFor } from "../flags/keys";
import type { EvaluationDetail, FlagType, JsonValue } from "../flags/types";
import { enabledDetail, type Reading, valueDetail } from "./evaluate";
import type { FlagRecord } from "./events";
import type { FlagStore } from "./flag-store";
import { recordOf } from "./slots";

/**
 * The current user's flags as they are at one moment. It never changes, and reading
 * it counts nothing: for what asks again and again, as UI frameworks do.
 */
export class FlagSnapshot {
  readonly #flags: FlagStore["served"];
  readonly #reading: Reading;
  #record: FlagRecord | undefined;

  constructor(store: FlagStore) {
    const { served, set, absence, stale, version } = store;
    this.#flags = served;
    this.#reading = {
      // An evaluation counts itself into the slot that it finds: nobody collects these.
      slots: {
        get(key) {
          const flag = served.get(key);
          return flag && { flag, rule: undefined, on: 0, off: 0 };
        },
      },
      sourceOf: (key) => (served.get(key) === set?.flags.get(key) && set?.source) || "override",
      flagFor: () => undefined,
      set,
      absence,
      stale,
      version,
      rules: undefined,
      rulesAbsence: undefined,
      rulesStale: stale,
    };
  }

  /** What `getVersion()` was. */
  get version(): number {
    return this.#reading.version;
  }

  /** All flags, key → on or off, as a frozen record without prototype. */
  get flags(): FlagRecord {
    this.#record ??= recordOf(this.#flags);
    return this.#record;
  }

  /**
   * The value of a flag of the default's type: on or off for a boolean, which every
   * flag has; text, number or JSON of a flag of that type; of any type for null.
   */
  get<D extends JsonValue>(key: FlagKeyFor<D>, defaultValue: D): ValueFor<D> {
    return this.getDetail(key, defaultValue).value;
  }

  /** The same, with reason and origin. */
  getDetail<D extends JsonValue>(
    key: FlagKeyFor<D>,
    defaultValue: D,
  ): EvaluationDetail<ValueFor<D>>;
  getDetail(key: FlagKey, defaultValue: JsonValue): EvaluationDetail<JsonValue> {
    if (typeof defaultValue === "boolean") {
      return enabledDetail(this.#reading, key, defaultValue, undefined);
    }
    return valueDetail(this.#reading, key, typeFor(defaultValue), defaultValue, undefined);
  }
}

function typeFor(defaultValue: Exclude<JsonValue, boolean>): FlagType | undefined {
  if (defaultValue === null) return undefined;
  const type = typeof defaultValue;
  return type === "string" || type === "number" ? type : "json";
}

/** The picture of a store as it is now: the same one until an evaluation would answer differently. */
export class Snapshots {
  readonly #store: FlagStore;
  #last: { readonly snapshot: FlagSnapshot; readonly of: readonly unknown[] } | undefined;

  constructor(store: FlagStore) {
    this.#store = store;
  }

  get current(): FlagSnapshot {
    const { served, set, stale } = this.#store;
    const of = [served, set, stale];
    if (this.#last === undefined || this.#last.of.some((part, index) => part !== of[index])) {
      this.#last = { snapshot: new FlagSnapshot(this.#store), of };
    }
    return this.#last.snapshot;
  }
}
