import type { FaultRoute } from "../faults/fault";
import type { Exchange } from "../http/exchange";
import type { Reply } from "../http/reply";
import type { ServerState } from "../state";

/** Does what a request asks. Throws a Refusal to answer with an error body. */
export type Handler = (exchange: Exchange, state: ServerState) => Reply | Promise<Reply>;

/** The same for a control endpoint. @param id what its path names; empty where it names nothing */
export type ControlHandler = (
  exchange: Exchange,
  state: ServerState,
  id: string,
) => Reply | Promise<Reply>;

/** One endpoint of the SDK's protocol. */
export interface SdkRoute {
  readonly name: Exclude<FaultRoute, "all">;
  readonly method: "GET" | "POST";
  readonly handle: Handler;
}
