import type { UserContext } from "../types";
import { asSet, type Scalar } from "./scalar";

/** The value a condition looks at, or `undefined` when it is not set. Own attributes only. */
export function attributeOf(user: UserContext, name: string): Scalar | undefined {
  if (name === "id") return asSet(user.id);
  if (name === "email") return asSet(user.email);
  const { attributes } = user;
  return attributes && Object.hasOwn(attributes, name) ? asSet(attributes[name]) : undefined;
}
