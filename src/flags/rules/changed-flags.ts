import { sameFlag } from "../diff";
import type { Link } from "./chain";
import type { CompiledCondition, CompiledFlag, CompiledRule, Gate } from "./compiled";

type Flags = ReadonlyMap<string, CompiledFlag>;

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
    isSameList([...(a.targets ?? [])], [...(b.targets ?? [])]) &&
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
  if (a instanceof Set && b instanceof Set) return isSameList([...a], [...b]);
  if (Array.isArray(a) && Array.isArray(b)) return isSameList(a, b);
  if (typeof a === "function" && typeof b === "function") return patternOf(a) === patternOf(b);
  return Object.is(a, b);
}

function patternOf(matcher: object): unknown {
  return (matcher as { readonly pattern?: unknown }).pattern;
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}
