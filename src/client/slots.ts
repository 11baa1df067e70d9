import type { Flag } from "../flags/flag";
import type { CompiledFlag } from "../flags/rules";

/** What an evaluation finds under a key. */
export interface Slot {
  /** The current user's flag, the app's overrides included. */
  flag: Flag | undefined;
  /** The rules that answer for any other user. */
  rule: CompiledFlag | undefined;
  /** Evaluations since they were last collected, by outcome. */
  on: number;
  off: number;
}

/** Read by every evaluation, changed in place: a refresh touches only what changed. */
export type Slots = Map<string, Slot>;

/** Lays the flags in force into the slots. */
export function layFlags(slots: Slots, flags: ReadonlyMap<string, Flag>): void {
  for (const [key, flag] of flags) slotOf(slots, key).flag = flag;
  if (slots.size === flags.size) return;
  for (const [key, slot] of slots) {
    if (flags.has(key)) continue;
    slot.flag = undefined;
    drop(slots, key, slot);
  }
}

/** Lays the rules in hand into the slots. */
export function layRules(slots: Slots, rules: ReadonlyMap<string, CompiledFlag>): void {
  for (const [key, rule] of rules) slotOf(slots, key).rule = rule;
  for (const [key, slot] of slots) {
    if (rules.has(key)) continue;
    slot.rule = undefined;
    drop(slots, key, slot);
  }
}

/** Hands over the counts of evaluations and forgets them. */
export function collectCounts(
  slots: Slots,
  add: (key: string, on: number, off: number) => void,
): void {
  for (const [key, slot] of slots) {
    if (slot.on + slot.off > 0) add(key, slot.on, slot.off);
    slot.on = 0;
    slot.off = 0;
    drop(slots, key, slot);
  }
}

/** Key → on or off, for the flags that can be read. */
export function recordOf(
  flags: Iterable<readonly [string, Flag | undefined]>,
): Readonly<Record<string, boolean>> {
  const record = Object.create(null) as Record<string, boolean>;
  for (const [key, flag] of flags) {
    if (flag !== undefined && !flag.malformed) record[key] = flag.on;
  }
  return Object.freeze(record);
}

function slotOf(slots: Slots, key: string): Slot {
  const known = slots.get(key);
  if (known !== undefined) return known;
  const slot: Slot = { flag: undefined, rule: undefined, on: 0, off: 0 };
  slots.set(key, slot);
  return slot;
}

/** A slot whose flag is gone stays until its counts were collected. */
function drop(slots: Slots, key: string, { flag, rule, on, off }: Slot): void {
  if (flag === undefined && rule === undefined && on + off === 0) slots.delete(key);
}
