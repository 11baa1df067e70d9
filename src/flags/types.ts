/** A value that survives JSON unchanged. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** The kinds of value a flag can carry. */
export type FlagType = "boolean" | "string" | "number" | "json";

/** The person or machine flags are evaluated for. */
export interface UserContext {
  /** Stable, non-empty identifier; rollouts hash it. */
  readonly id: string;
  readonly email?: string;
  /** What targeting rules look at besides `id` and `email`. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Why a flag has its value. */
export type ReasonKind =
  | "OFF"
  | "TARGET_MATCH"
  | "RULE_MATCH"
  | "FALLTHROUGH"
  | "ERROR"
  | "UNKNOWN";

/** What stood in the way when {@link EvaluationReason.kind} is `ERROR`. */
export type ErrorKind =
  | "CLIENT_NOT_READY"
  | "WRONG_TYPE"
  | "MALFORMED_FLAG"
  | "RULES_NOT_AVAILABLE"
  | "STALE"
  | "EXCEPTION";

/** The reason behind one evaluation, as the server or the evaluator gives it. */
export interface EvaluationReason {
  readonly kind: ReasonKind;
  /** The rule that decided, with `RULE_MATCH`. */
  readonly ruleId?: string;
  /** Position of that rule in the flag's list, from 0. */
  readonly ruleIndex?: number;
  /** Whether the user fell inside the percentage rollout that was consulted. */
  readonly inRollout?: boolean;
  readonly errorKind?: ErrorKind;
}

/** Where a value came from. */
export type Source =
  | "network"
  | "stream"
  | "rules"
  | "cache"
  | "bootstrap"
  | "override"
  | "default";

/** A value with everything known about it. */
export interface EvaluationDetail<T> {
  readonly value: T;
  readonly reason: EvaluationReason;
  /** The variation that was served, where the server names it. */
  readonly variationId?: string;
  readonly source: Source;
  /**
   * True when the server might say something else by now: the flags are older than
   * `cache.ttlMs`, or were taken from storage and not confirmed since, or belong to
   * attributes that the user no longer has.
   */
  readonly stale: boolean;
  /** When the flags in hand were last confirmed, in milliseconds since the epoch. */
  readonly updatedAt?: number;
  /** Grows by one with every change of the flags in hand; see `getVersion()`. */
  readonly version: number;
}

/** One condition of a targeting rule, as the wire carries it. */
export interface Condition {
  readonly attribute: string;
  readonly operator: string;
  readonly value?: JsonValue;
}

/** One targeting rule, as the wire carries it. */
export interface TargetingRule {
  readonly id: string;
  readonly name?: string;
  readonly enabled: boolean;
  /** Percentage of matching users, 0 to 100. */
  readonly rollout: number;
  readonly conditions: readonly Condition[];
  /** Served to users inside the rollout, for typed flags. */
  readonly variationId?: string;
}

/** A named value of a typed flag. */
export interface Variation {
  readonly id: string;
  readonly name?: string;
  readonly value: JsonValue;
}

/** The rules of one flag, as the wire carries them. */
export interface FlagRule {
  readonly key: string;
  readonly enabled: boolean;
  /** Percentage of users that no rule decided, 0 to 100. */
  readonly rollout: number;
  readonly targetUsers?: readonly string[];
  readonly rules?: readonly TargetingRule[];
  readonly type?: FlagType;
  /** Value while the flag is off for a user, for typed flags. */
  readonly defaultValue?: JsonValue;
  readonly variations?: readonly Variation[];
}
