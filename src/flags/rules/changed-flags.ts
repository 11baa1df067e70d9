import { sameFlag, sameValue } from "../diff";
import type { JsonValue } from "../types";
import type { Link } from "./chain";
import type { CompiledCondition, CompiledFlag, CompiledRule, Gate } from "./compiled";

type Flags = ReadonlyMap<string, CompiledFlag>;

interface Pattern {
  readonly pattern?: string;
}

/**
 * Keys of the flags that were added, removed, or may answer differently for some user.
 * As with fetched flags, reasons do not matter.
 */
export function changedFlags(before: Flags, after: Flags): string[] {
  const changed = [...after].filter(([key, flag]) => {
    const old = before.get(key);
    return old === undefined || !isSame(old, flag);
  });
  const removed = [...before.keys()].filter((key) => !after.has(key));
  return [...changed.map(([key]) => key), ...removed];
}

function isSame(a: CompiledFlag, b: CompiledFlag): boolean {
  return (
    a.seed === b.seed &&
    isSameGate(a, b) &&
    sameFlag(a.targeted, b.targeted) &&
    isSameOperand(a.targets, b.targets) &&
    isSameChain(a.rule, b.rule, isSameRule)
  );
}

function isSameGate(a: Gate, b: Gate): boolean {
  return a.rollout === b.rollout && sameFlag(a.inside, b.inside) && sameFlag(a.outside, b.outside);
}

function isSameRule(a: CompiledRule, b: CompiledRule): boolean {
  return isSameGate(a, b) && isSameChain(a.condition, b.condition, isSameCondition);
}

function isSameCondition(a: CompiledCondition, b: CompiledCondition): boolean {
  return (
    a.attribute === b.attribute &&
    a.whenUnset === b.whenUnset &&
    a.test === b.test &&
    isSameOperand(a.operand, b.operand)
  );
}

function isSameChain<T extends Link<T>>(
  first: T | undefined,
  other: T | undefined,
  isSameLink: (a: T, b: T) => boolean,
): boolean {
  let [a, b] = [first, other];
  while (a !== undefined && b !== undefined && isSameLink(a, b)) [a, b] = [a.next, b.next];
  return a === b;
}

/** Operands are scalars, members, parts of versions, or patterns, which bear their text. */
function isSameOperand(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || sameValue(plain(a), plain(b));
}

function plain(operand: unknown): JsonValue {
  if (operand instanceof Set) return [...operand];
  return (typeof operand === "function" ? (operand as Pattern).pattern : operand) as JsonValue;
}
