import type { UserContext } from "../flags/types";
import { invalid, type Refusal } from "./http/refusal";
import { isRecord } from "./is-record";

/**
 * Checks a user as it comes over the wire.
 *
 * @param field what error messages call it
 * @throws Refusal 400
 */
export function readUser(value: unknown, field: string): UserContext {
  if (!isRecord(value)) throw invalid(field, "must be an object");
  const { id, email, attributes } = value;
  if (typeof id !== "string" || id === "") throw invalid(`${field}.id`, "must be non-empty text");
  if (!isAbsent(email) && typeof email !== "string")
    throw invalid(`${field}.email`, "must be text");
  return {
    id,
    ...(typeof email === "string" && { email }),
    ...(!isAbsent(attributes) && { attributes: readAttributes(attributes, `${field}.attributes`) }),
  };
}

/**
 * The user that an `X-User-Context` header carries: padded base64, in the
 * standard or the URL alphabet, of a JSON object in UTF-8.
 *
 * @throws Refusal 400
 */
export function readUserContextHeader(header: string): UserContext {
  const isPadded = /^[\w+/-]*={0,2}$/.test(header) && header.length % 4 === 0;
  if (!isPadded) throw badHeader("must be padded base64");
  const text = Buffer.from(header, "base64").toString("utf8");
  let user: unknown;
  try {
    user = JSON.parse(text);
  } catch {
    throw badHeader("must hold JSON");
  }
  return readUser(user, HEADER);
}

const HEADER = "X-User-Context";

function badHeader(requirement: string): Refusal {
  return invalid(HEADER, requirement);
}

function readAttributes(value: unknown, field: string): NonNullable<UserContext["attributes"]> {
  if (!isRecord(value)) throw invalid(field, "must be an object");
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === "object" && inner !== null) {
      throw invalid(`${field}.${name}`, "must be text, a number, true, false or null");
    }
  }
  return value as NonNullable<UserContext["attributes"]>;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
