/** A text with the time that decides which of two is the newer one. */
export interface Stamped {
  readonly at: number;
  readonly text: string;
}

/** Says that a value is ours. It also keeps libraries that look for JSON from changing it. */
export const MARK = "rg1";

/** The value to store; its length tells a torn one. */
export function stamp({ at, text }: Stamped): string {
  return `${MARK}:${at}:${sealed(text)}`;
}

/** What follows the time. It ends with a sign of one byte: torn within a letter, too, it is shorter. */
export function sealed(text: string): string {
  return `${text.length}:${text}$`;
}

/** Reads what {@link stamp} wrote; `undefined` when it is not whole or not ours. */
export function unstamp(value: unknown): Stamped | undefined {
  if (typeof value !== "string") return undefined;
  const [head, at, length] = HEAD.exec(value) ?? [];
  if (head === undefined) return undefined;
  const whole = value.length === head.length + Number(length) + 1;
  return whole ? { at: Number(at), text: value.slice(head.length, -1) } : undefined;
}

const HEAD = new RegExp(`^${MARK}:(\\d+):(\\d+):`);
