import { ValidationError } from "../errors/validation-error";
import type { UserContext } from "./types";

/**
 * Checks and copies a user, so that nothing the app does to its object later
 * changes who flags are evaluated for.
 *
 * @throws ValidationError that names what is wrong.
 */
export function copyUser(user: unknown): UserContext {
  if (typeof user !== "object" || user === null) throw invalid("it must be an object with an id");
  const { id, email, attributes } = user as Partial<Record<keyof UserContext, unknown>>;
  if (typeof id !== "string" || id === "") throw invalid("id must be a non-empty string");
  if (email !== undefined && typeof email !== "string") throw invalid("email must be a string");
  return Object.freeze({
    id,
    ...(email !== undefined && { email }),
    ...(attributes !== undefined && { attributes: copyAttributes(attributes) }),
  });
}

/** Whether the server's own stream `init` can be right for a user: nothing to target but the id. */
export function isPlainUser(user: UserContext | undefined): boolean {
  if (user === undefined) return true;
  return user.email === undefined && Object.keys(user.attributes ?? {}).length === 0;
}

/** What flags depend on besides the id, as one text; order does not matter. */
export function userTraits(user: UserContext | undefined): string {
  const attributes = Object.entries(user?.attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([user?.email ?? null, attributes]);
}

function copyAttributes(attributes: unknown): NonNullable<UserContext["attributes"]> {
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) {
    throw invalid("attributes must be an object");
  }
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  for (const [name, value] of entries) {
    if (!isAttribute(value)) {
      throw invalid(`attributes.${name} must be a string, a finite number, a boolean or null`);
    }
  }
  return Object.freeze(Object.fromEntries(entries));
}

function isAttribute(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

function invalid(why: string): ValidationError {
  return new ValidationError(`The user was refused: ${why}.`, { code: "INVALID_USER" });
}
