import { conditionalJson } from "./etag";
import { requestUser } from "./request-user";
import type { Handler } from "./route";

/** `GET /api/v1/sdk/flags`: every flag on or off, with reasons when asked for. */
export const getFlags: Handler = (exchange, state) => {
  const user = requestUser(exchange, state);
  const answers = state.book.evaluate(user);
  const flags = pick(answers, (flag) => flag.on);
  const body =
    exchange.query.get("withReasons") === "true"
      ? { flags, reasons: pick(answers, (flag) => flag.reason) }
      : { flags };
  return conditionalJson(exchange, flags, body, user?.id);
};

/** An object with the keys of a map, whatever they are. */
export function pick<In, Out>(
  map: ReadonlyMap<string, In>,
  project: (value: In) => Out,
): Readonly<Record<string, Out>> {
  return Object.fromEntries([...map].map(([key, value]) => [key, project(value)]));
}
