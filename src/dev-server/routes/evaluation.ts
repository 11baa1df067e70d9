import type { Evaluation } from "../devtools/messages";
import { json } from "../http/reply";
import { pick } from "./flags";
import type { ControlHandler } from "./route";

/** `GET /__rollgate/evaluation`: what one user gets of each flag, and why. */
export const evaluateFlags: ControlHandler = ({ query }, state) => {
  const userId = query.get("userId") || undefined;
  const user = userId === undefined ? undefined : (state.users.get(userId) ?? { id: userId });
  const answers = pick(state.book.evaluate(user), ({ value, reason }) => ({ value, reason }));
  return json(200, { userId, answers } satisfies Evaluation);
};
