import type { FlagType, JsonValue } from "../../flags/types";

/** What a flags file holds: the whole state of a project, as `docs/flags-file.md` describes it. */
export interface FlagsFile {
  /** Address of the JSON Schema, for editors; the server does not read it. */
  readonly $schema?: string;
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  /** Named groups of users that conditions refer to with `{ "attribute": "segment" }`. */
  readonly segments?: Readonly<Record<string, SegmentDefinition>>;
}

/** One flag of a flags file. */
export interface FlagDefinition {
  /** False turns the flag off for everybody, whatever else is written. */
  readonly enabled: boolean;
  /** A note for people. */
  readonly description?: string;
  /** Percentage of the users that no rule decided, 0 to 100. @default 100 */
  readonly rollout?: number;
  /** Ids of users for whom the flag is on before any rule is asked. */
  readonly targetUsers?: readonly string[];
  /** Asked in order; the first that matches decides. */
  readonly rules?: readonly RuleDefinition[];
  /** Kind of value. @default "boolean" */
  readonly type?: FlagType;
  /** Value of a typed flag while it is off for a user. */
  readonly defaultValue?: JsonValue;
  /** The values a typed flag can have while it is on. */
  readonly variations?: readonly VariationDefinition[];
}

/** One targeting rule of a flag. */
export interface RuleDefinition {
  /** Comes back in reasons. @default "rule-1", "rule-2", … by position */
  readonly id?: string;
  readonly name?: string;
  /** False skips the rule. @default true */
  readonly enabled?: boolean;
  /** Percentage of the matching users, 0 to 100. @default 100 */
  readonly rollout?: number;
  /** All must match; a rule without conditions never matches. */
  readonly conditions: readonly ConditionDefinition[];
  /** Which of the flag's variations matching users get. */
  readonly variationId?: string;
}

/** One question about a user. */
export interface ConditionDefinition {
  /** `id`, `email`, `segment`, or a key of the user's `attributes`. */
  readonly attribute: string;
  readonly operator: string;
  /** Needed by every operator but `is_set` and `is_not_set`. */
  readonly value?: string | number | boolean | readonly (string | number | boolean)[];
}

/** A named value of a typed flag. */
export interface VariationDefinition {
  readonly id: string;
  readonly name?: string;
  readonly value: JsonValue;
}

/** A named group of users: those in `users`, those whom all `conditions` match, those whom any of `rules` matches. */
export interface SegmentDefinition {
  readonly description?: string;
  readonly users?: readonly string[];
  readonly conditions?: readonly ConditionDefinition[];
  readonly rules?: readonly { readonly conditions: readonly ConditionDefinition[] }[];
}
