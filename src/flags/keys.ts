import type { FlagType, JsonValue } from "./types";

/**
 * The flags that an app knows, each key with the type of its value. Empty here:
 * the file that `rollgate types` writes adds to it by declaration merging, and
 * from then on a misspelt key does not compile.
 */
// biome-ignore lint/suspicious/noEmptyInterface: to be filled by the app
export interface RollgateFlags {}

/** A flag's key: one of those declared in {@link RollgateFlags}, or any text when none is. */
export type FlagKey = keyof RollgateFlags extends never ? string : keyof RollgateFlags & string;

/** The key of a flag of one kind, where keys are declared; of any other flag the getter would give its default. */
export type FlagKeyOf<Kind extends FlagType> = keyof RollgateFlags extends never
  ? string
  : {
      [Key in keyof RollgateFlags]: KindOf<RollgateFlags[Key]> extends Kind ? Key : never;
    }[keyof RollgateFlags] &
      string;

/** What kind of flag has such a value. In brackets, so that a union is asked as a whole. */
type KindOf<Value> = [Value] extends [boolean]
  ? "boolean"
  : [Value] extends [number]
    ? "number"
    : [Value] extends [string]
      ? "string"
      : "json";

/** The keys that may be asked for with such a default. */
export type FlagKeyFor<Default> = Default extends boolean | null
  ? FlagKey
  : FlagKeyOf<Default extends string ? "string" : Default extends number ? "number" : "json">;

/** What comes back for such a default: a literal stands for its type, null for any. */
export type ValueFor<Default> = Default extends boolean
  ? boolean
  : Default extends string
    ? string
    : Default extends number
      ? number
      : Default extends null
        ? JsonValue
        : Default;
