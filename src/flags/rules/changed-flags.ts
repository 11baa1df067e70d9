import { sameFlag } from "../diff";
import type { Link } from "./chain";
import type { CompiledCondition, CompiledFlag, CompiledRule, Gate } from "./compiled";

type Flags = ReadonlyMap<string, CompiledFlag>;
type Same<T> = (a: T, b: T) => boolean;

/**
 * Keys of the flags that were added, removed, or may answer differently for some user.
 * As with fetched flags, reasons do not matter.
 */
export function changedFlags(before: Flags, after: Flags): string[] {
  const changed = [...after.keys()].filter((key) => !isSame(before.get(key), after.get(key)));
  return [...changed, ...[...before.keys()].filter((key) => !after.has(key))];
}

function isSame(a: CompiledFlag | undefined, b: CompiledFlag | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.seed === b.seed &&
    isSameGate(a, b) &&
    sameFlag(a.targeted, b.targeted) &&
    isSameOperand(a.targets, b.targets) &&
    isSameChain(a.rule, b.rule, isSameRule)
  );
}

const isSameGate: Same<Gate> = (a, b) =>
  a.rollout === b.rollout && sameFlag(a.inside, b.inside) && sameFlag(a.outside, b.outside);

const isSameRule: Same<CompiledRule> = (a, b) =>
  isSameGate(a, b) && isSameChain(a.condition, b.condition, isSameCondition);

const isSameCondition: Same<CompiledCondition> = (a, b) =>
  a.attribute === b.attribute &&
  a.whenUnset === b.whenUnset &&
  a.test === b.test &&
  isSameOperand(a.operand, b.operand);

function isSameChain<T extends Link<T>>(
  a: T | undefined,
  b: T | undefined,
  isSameLink: Same<T>,
): boolean {
  while (a !== undefined && b !== undefined && isSameLink(a, b)) [a, b] = [a.next, b.next];
  return a === b;
}

/** Operands are scalars, sets, parts of versions, or patterns, which bear their text. */
const isSameOperand: Same<unknown> = (a, b) => {
  const [one, other] = [partsOf(a), partsOf(b)];
  return one.length === other.length && one.every((part, index) => Object.is(part, other[index]));
};

function partsOf(operand: unknown): readonly unknown[] {
  if (operand instanceof Set || Array.isArray(operand)) return [...operand];
  return [typeof operand === "function" ? (operand as { pattern?: string }).pattern : operand];
}
