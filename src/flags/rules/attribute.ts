import type { UserContext } from "../types";
import { asSet, type Scalar } from "./scalar";

/**
 * Which attribute was found to be its object's own last. Users are asked for many flags
 * in a row, and to look again costs as much as finding a flag does.
 */
export interface LastOwn {
  of: object | undefined;
  name: string | undefined;
}

/**
 * The value a condition looks at, or `undefined` when it is not set. Own attributes only:
 * the server is sent no others. One that is deleted meanwhile is unset all the same, since
 * its value is read each time.
 */
export function attributeOf(user: UserContext, name: string, last: LastOwn): Scalar | undefined {
  if (name === "id") return asSet(user.id);
  if (name === "email") return asSet(user.email);
  const { attributes } = user;
  if (!attributes) return undefined;
  if (attributes !== last.of || name !== last.name) {
    if (!Object.hasOwn(attributes, name)) return undefined;
    last.of = attributes;
    last.name = name;
  }
  return asSet(attributes[name]);
}
