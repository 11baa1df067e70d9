import type { UserContext } from "../../flags/types";
import type { Exchange } from "../http/exchange";
import type { ServerState } from "../state";
import { readUserContextHeader } from "../user-context";

/**
 * Whom a request is about: the `X-User-Context` header's user, else `user_id`
 * with the attributes remembered for it, else nobody.
 *
 * @throws Refusal 400 when the header cannot be read
 */
export function requestUser(exchange: Exchange, state: ServerState): UserContext | undefined {
  const header = exchange.request.headers["x-user-context"];
  if (header !== undefined) return readUserContextHeader(String(header));
  const id = exchange.query.get("user_id");
  if (id === null || id === "") return undefined;
  return state.users.get(id) ?? { id };
}
