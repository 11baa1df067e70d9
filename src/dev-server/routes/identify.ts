import { readJson } from "../http/read-body";
import { json } from "../http/reply";
import { isRecord } from "../is-record";
import { readUser } from "../user-context";
import type { Handler } from "./route";

/** `POST /api/v1/sdk/identify`: remembers a user's attributes for ever, in place of what was known. */
export const identify: Handler = async (exchange, state) => {
  const body = await readJson(exchange.request);
  const user = readUser(isRecord(body) ? body["user"] : undefined, "user");
  state.identify(user);
  return json(200, { success: true }, { userId: user.id });
};
