import {
  ErrorCode,
  type FlagMetadata,
  type ResolutionDetails,
  StandardResolutionReasons,
} from "@openfeature/core";
import type { ErrorKind, EvaluationDetail, ReasonKind } from "rollgate";

const REASONS = {
  OFF: StandardResolutionReasons.DISABLED,
  TARGET_MATCH: StandardResolutionReasons.TARGETING_MATCH,
  RULE_MATCH: StandardResolutionReasons.TARGETING_MATCH,
  // Whether the flag's own percentage is a part of the users or all of them, no reason says.
  FALLTHROUGH: StandardResolutionReasons.DEFAULT,
} as const satisfies Readonly<Record<Exclude<ReasonKind, "ERROR" | "UNKNOWN">, string>>;

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

const FLAG_NOT_FOUND: Failure = {
  code: ErrorCode.FLAG_NOT_FOUND,
  message: "There is no such flag.",
};

const FAILURES: Readonly<Record<ErrorKind, Failure>> = {
  CLIENT_NOT_READY: {
    code: ErrorCode.PROVIDER_NOT_READY,
    message: "There are no flags in hand yet.",
  },
  WRONG_TYPE: {
    code: ErrorCode.TYPE_MISMATCH,
    message:
      "The flag is of another type. A Rollgate client with `typedFlags: true` knows string, number and object flags; without it, every flag is a boolean.",
  },
  MALFORMED_FLAG: {
    code: ErrorCode.PARSE_ERROR,
    message: "What the server sent for this flag cannot be read.",
  },
  RULES_NOT_AVAILABLE: {
    code: ErrorCode.GENERAL,
    message:
      "There are no rules in hand, and without them a server answers for nobody but the client's own user. Set `enableStreaming: true`, and let the Rollgate server stream rules (local evaluation); in a browser use rollgate/openfeature-web.",
  },
  STALE: {
    code: ErrorCode.GENERAL,
    message: "What is in hand is older than `maxStalenessMs`, and withheld.",
  },
  EXCEPTION: {
    code: ErrorCode.GENERAL,
    message: "The evaluation of the flag's rules threw.",
  },
};

/** What OpenFeature calls what a Rollgate client answered. */
export function resolutionOf<T>(detail: EvaluationDetail<T>): ResolutionDetails<T> {
  const { value, reason, variationId } = detail;
  const flagMetadata = metadataOf(detail);
  if (reason.kind === "UNKNOWN") return failed(value, FLAG_NOT_FOUND, flagMetadata);
  if (reason.kind === "ERROR") {
    return failed(value, FAILURES[reason.errorKind ?? "EXCEPTION"], flagMetadata);
  }
  return {
    value,
    reason: reasonOf(detail, REASONS[reason.kind]),
    flagMetadata,
    ...(variationId !== undefined && { variant: variationId }),
  };
}

/** The same for a flag of any type where a boolean one was asked for. */
export function booleanResolution(
  detail: EvaluationDetail<unknown>,
  defaultValue: boolean,
): ResolutionDetails<boolean> {
  const { value } = detail;
  if (typeof value === "boolean") return resolutionOf({ ...detail, value });
  return failed(defaultValue, FAILURES.WRONG_TYPE, metadataOf({ ...detail, source: "default" }));
}

/** The answer where nobody is named whom rules could look at. */
export function targetingKeyMissing<T>(value: T): ResolutionDetails<T> {
  return failed(value, {
    code: ErrorCode.TARGETING_KEY_MISSING,
    message: "The context has no `targetingKey`: a text that is not empty, the user's id.",
  });
}

function failed<T>(
  value: T,
  { code, message }: Failure,
  flagMetadata: FlagMetadata = {},
): ResolutionDetails<T> {
  return {
    value,
    reason: StandardResolutionReasons.ERROR,
    errorCode: code,
    errorMessage: message,
    flagMetadata,
  };
}

/** A value that may be out of date says so before it says why it is what it is. */
function reasonOf({ source, stale }: EvaluationDetail<unknown>, reason: string): string {
  if (source === "override") return StandardResolutionReasons.STATIC;
  return stale ? StandardResolutionReasons.STALE : reason;
}

function metadataOf({ source, stale, version, updatedAt, reason }: EvaluationDetail<unknown>) {
  const { ruleId, ruleIndex, inRollout } = reason;
  return {
    source,
    stale,
    version,
    ...(updatedAt !== undefined && { updatedAt }),
    ...(ruleId !== undefined && { ruleId }),
    ...(ruleIndex !== undefined && { ruleIndex }),
    ...(inRollout !== undefined && { inRollout }),
  } satisfies FlagMetadata;
}
