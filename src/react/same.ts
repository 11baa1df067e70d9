import type { EvaluationDetail, UserContext } from "rollgate";

/** Deep equality of plain data; neither order matters, nor members that are undefined. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const members = membersOf(a);
  const others = membersOf(b);
  if (members.size !== others.size) return false;
  return [...members].every(([name, value]) => others.has(name) && isSame(value, others.get(name)));
}

/** A user as a prop gives it: `null` is nobody. */
export type UserProp = UserContext | null | undefined;

/** Whether flags are evaluated alike for both. */
export function isSameUser(a: UserProp, b: UserProp): boolean {
  return isSame(traitsOf(a), traitsOf(b));
}

/** Whether two answers differ in nothing but when they were given. */
export function isSameAnswer<T>(a: EvaluationDetail<T>, b: EvaluationDetail<T>): boolean {
  return isSame({ ...a, updatedAt: 0, version: 0 }, { ...b, updatedAt: 0, version: 0 });
}

function membersOf(object: object): Map<string, unknown> {
  return new Map(Object.entries(object).filter(([, value]) => value !== undefined));
}

function traitsOf(user: UserProp) {
  return user && { id: user.id, email: user.email, attributes: user.attributes ?? {} };
}
