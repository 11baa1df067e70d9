import type { Condition } from "../../../flags/types";
import { Inexpressible } from "./inexpressible";

/** How many alternatives one rule may become. */
export const MAX_ALTERNATIVES = 100;

/** Conditions that must all hold, by their text, so that each is there once. */
type Conjunction = ReadonlyMap<string, Condition>;

/** Conjunctions of which one must hold. */
export type Alternatives = readonly Conjunction[];

export const NEVER: Alternatives = [];
export const ALWAYS: Alternatives = [new Map()];

/** One condition alone. */
export function only(condition: Condition): Alternatives {
  const { attribute, operator, value } = condition;
  return [new Map([[JSON.stringify([attribute, operator, value]), condition]])];
}

/** At least one of them. @throws Inexpressible beyond {@link MAX_ALTERNATIVES} */
export function either(options: readonly Alternatives[]): Alternatives {
  const found: Conjunction[] = [];
  for (const conjunction of options.flat()) add(found, conjunction);
  return found;
}

/** All of them. @throws Inexpressible beyond {@link MAX_ALTERNATIVES} */
export function all(demands: readonly Alternatives[]): Alternatives {
  return demands.reduce(both, ALWAYS);
}

function both(left: Alternatives, right: Alternatives): Alternatives {
  const found: Conjunction[] = [];
  for (const one of left) {
    for (const other of right) {
      const joined = new Map([...one, ...other]);
      if (!isContradictory(joined)) add(found, joined);
    }
  }
  return found;
}

/** Adds what is not covered yet, in place of what it covers. */
function add(found: Conjunction[], next: Conjunction): void {
  if (found.some((known) => isPart(known, next))) return;
  const rest = found.filter((known) => !isPart(next, known));
  found.splice(0, found.length, ...rest, next);
  if (found.length > MAX_ALTERNATIVES) {
    throw new Inexpressible(`it takes more than ${MAX_ALTERNATIVES} rules to say who is in`);
  }
}

/** Whether everybody whom `larger` matches is matched by `smaller`. */
function isPart(smaller: Conjunction, larger: Conjunction): boolean {
  return smaller.size <= larger.size && [...smaller.keys()].every((key) => larger.has(key));
}

/** Whether an attribute must be both unset and something. */
function isContradictory(conjunction: Conjunction): boolean {
  const conditions = [...conjunction.values()];
  const unset = new Set(conditions.filter(isNotSet).map(({ attribute }) => attribute));
  return conditions.some((one) => !isNotSet(one) && unset.has(one.attribute));
}

function isNotSet({ operator }: Condition): boolean {
  return operator === "is_not_set";
}
