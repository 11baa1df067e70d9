import type { EvaluationContext } from "@openfeature/core";
import type { UserContext } from "rollgate";
import { type Attributes, attributesOf } from "./attributes";

const KEY_ONLY: ReadonlySet<string> = new Set(["targetingKey"]);
const KEY_AND_EMAIL: ReadonlySet<string> = new Set(["targetingKey", "email"]);

/** What a context says of whom flags are evaluated for. */
export interface Subject {
  /** `undefined` without a `targetingKey`. */
  readonly user: UserContext | undefined;
  /** There is nothing in the context at all. */
  readonly isNobody: boolean;
}

/** Reads a context; total, whatever is in it. */
export function subjectOf(context: EvaluationContext | undefined): Subject {
  if (typeof context !== "object" || context === null) return { user: undefined, isNobody: true };
  const id = userIdOf(context);
  const email = textOf(context, "email");
  const attributes = attributesOf(context, email === undefined ? KEY_ONLY : KEY_AND_EMAIL);
  const isBare = Object.keys(attributes).length === 0;
  if (id === undefined) return { user: undefined, isNobody: isBare && email === undefined };
  const user = { id, ...(email !== undefined && { email }), ...(!isBare && { attributes }) };
  return { user, isNobody: false };
}

/** The `targetingKey`, if it can be an id. */
export function userIdOf(context: EvaluationContext): string | undefined {
  return textOf(context, "targetingKey");
}

/** Whether flags are the same for both. */
export function isSameUser(a: UserContext | undefined, b: UserContext | undefined): boolean {
  if (a?.id !== b?.id || a?.email !== b?.email) return false;
  const one = a?.attributes ?? {};
  const other = b?.attributes ?? {};
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every(isEqualIn(one, other));
}

function isEqualIn(one: Attributes, other: Attributes): (name: string) => boolean {
  return (name) => Object.hasOwn(other, name) && one[name] === other[name];
}

/** A member that is a text, and not an empty one. */
function textOf(context: EvaluationContext, name: string): string | undefined {
  try {
    const value = context[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}
