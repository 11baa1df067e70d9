import { pick } from "./flags";
import { requestUser } from "./request-user";
import type { Handler } from "./route";

/**
 * `GET /api/v1/sdk/stream`: the user's flags at once, then a word on every flag that
 * changes; or, where clients evaluate by themselves, the rules, and again when they change.
 */
export const openStream: Handler = (exchange, state) => {
  const user = requestUser(exchange, state);
  return {
    status: 200,
    headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform" },
    // Evaluated when the stream opens, so that no change falls between the two.
    send: (response) => {
      if (state.rules !== undefined) {
        state.streams.add(response, "rules-full", state.rules);
        return;
      }
      const flags = pick(state.book.evaluate(user), (flag) => flag.on);
      state.streams.add(response, "init", { flags });
    },
    ...(user !== undefined && { userId: user.id }),
  };
};
