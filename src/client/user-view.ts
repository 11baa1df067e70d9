import type { FlagKey, FlagKeyOf } from "../flags/keys";
import type { EvaluationDetail, FlagType, JsonValue, UserContext } from "../flags/types";
import type { TrackOptions } from "../tracking";
import { enabledDetail, enabledFor, valueDetail } from "./evaluate";
import type { FlagRecord } from "./events";
import type { FlagStore } from "./flag-store";
import { RememberedAnswers } from "./remembered-answers";
import { recordOf } from "./slots";

/**
 * A client's flags as one user gets them, by the rules in the client; without
 * rules every answer is the default, with `ERROR` / `RULES_NOT_AVAILABLE`. It
 * holds nothing but the user: make one per request, and forget it.
 */
export class UserView {
  /** Frozen; `undefined` when the user that was given made no sense. */
  readonly user: UserContext | undefined;
  readonly #store: FlagStore;
  readonly #answers: RememberedAnswers;
  readonly #track: (options: TrackOptions, userId: string | undefined) => void;

  /** @param track queues an event, of that user unless the options name another one. */
  constructor(
    user: UserContext | undefined,
    store: FlagStore,
    track: (options: TrackOptions, userId: string | undefined) => void,
  ) {
    this.user = user;
    this.#store = store;
    this.#answers = new RememberedAnswers(store);
    this.#track = track;
  }

  /** Whether a flag is on for the user. Never throws, never waits. */
  isEnabled(key: FlagKey, defaultValue = false): boolean {
    return enabledFor(this.#answers, key, defaultValue, this.user ?? null);
  }

  /** The same, with reason and origin. */
  isEnabledDetail(key: FlagKey, defaultValue = false): EvaluationDetail<boolean> {
    return enabledDetail(this.#store, key, defaultValue, this.user ?? null);
  }

  /** The value of a string flag; of another type, or off without a value: the default. */
  getString(key: FlagKeyOf<"string">, defaultValue: string): string {
    return this.getStringDetail(key, defaultValue).value;
  }

  getStringDetail(key: FlagKeyOf<"string">, defaultValue: string): EvaluationDetail<string> {
    return this.#value(key, "string", defaultValue);
  }

  /** The value of a number flag. */
  getNumber(key: FlagKeyOf<"number">, defaultValue: number): number {
    return this.getNumberDetail(key, defaultValue).value;
  }

  getNumberDetail(key: FlagKeyOf<"number">, defaultValue: number): EvaluationDetail<number> {
    return this.#value(key, "number", defaultValue);
  }

  /** The value of a JSON flag, deeply frozen. */
  getJson<T extends JsonValue>(key: FlagKeyOf<"json">, defaultValue: T): T {
    return this.getJsonDetail(key, defaultValue).value;
  }

  getJsonDetail<T extends JsonValue>(key: FlagKeyOf<"json">, defaultValue: T): EvaluationDetail<T> {
    return this.#value(key, "json", defaultValue);
  }

  /** The value of a flag of any type. */
  getValue(key: FlagKey, defaultValue: JsonValue): JsonValue {
    return this.getValueDetail(key, defaultValue).value;
  }

  getValueDetail(key: FlagKey, defaultValue: JsonValue): EvaluationDetail<JsonValue> {
    return this.#value(key, undefined, defaultValue);
  }

  /** All flags, key → on or off, as a frozen record without prototype. */
  getAllFlags(): FlagRecord {
    return recordOf(this.#store.flagsFor(this.user));
  }

  /** Queues a conversion event of the user; see the client's `track`. */
  track(options: TrackOptions): void {
    this.#track(options, this.user?.id);
  }

  #value<T extends JsonValue>(
    key: string,
    type: FlagType | undefined,
    defaultValue: T,
  ): EvaluationDetail<T> {
    return valueDetail(this.#store, key, type, defaultValue, this.user ?? null);
  }
}
