import { pick } from "./flags";
import { requestUser } from "./request-user";
import type { Handler } from "./route";

/** `GET /api/v1/sdk/stream`: the user's flags at once, then a word on every flag that changes. */
export const openStream: Handler = (exchange, state) => {
  const user = requestUser(exchange, state);
  return {
    status: 200,
    headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform" },
    // Evaluated when the stream opens, so that no change falls between the two.
    send: (response) => {
      const flags = pick(state.book.evaluate(user), (flag) => flag.on);
      state.streams.add(response, "init", { flags });
    },
    ...(user !== undefined && { userId: user.id }),
  };
};
