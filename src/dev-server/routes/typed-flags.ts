import type { Flag } from "../../flags/flag";
import { conditionalJson } from "./etag";
import { requestUser } from "./request-user";
import type { Handler } from "./route";

/** `GET /api/v1/sdk/v2/flags`: every flag with its typed value, with reasons when asked for. */
export const getTypedFlags: Handler = (exchange, state) => {
  const user = requestUser(exchange, state);
  const answers = [...state.book.evaluate(user)];
  const withReasons = exchange.query.get("withReasons") === "true";
  const flags = Object.fromEntries(answers.map(([key, flag]) => [key, describe(key, flag)]));
  const full = Object.fromEntries(
    answers.map(([key, flag]) => [key, { ...describe(key, flag), reason: flag.reason }]),
  );
  return conditionalJson(exchange, flags, { flags: withReasons ? full : flags }, user?.id);
};

function describe(key: string, flag: Flag) {
  const { type, value, on, variationId } = flag;
  return { key, type, value, enabled: on, ...(variationId !== undefined && { variationId }) };
}
