import type { Exchange } from "../http/exchange";
import { Refusal } from "../http/refusal";
import { json, type Reply } from "../http/reply";
import { requireJsonOfPages, requireSameOrigin } from "../http/same-origin";
import type { ServerState } from "../state";
import { evaluateFlags } from "./evaluation";
import { addFault, clearFaults, listFaults, removeFault } from "./faults";
import { patchFlag } from "./patch-flag";
import type { ControlHandler } from "./route";

/** Where the endpoints live that steer the dev server itself. */
export const CONTROL_PREFIX = "/__rollgate/";

/**
 * Answers a control request. These endpoints ask for no key, so only programs
 * of this machine and pages of this server may use them.
 *
 * @throws Refusal 403 for another host or origin, 404, 405, 415
 */
export async function control(exchange: Exchange, state: ServerState): Promise<Reply> {
  requireSameOrigin(exchange.request);
  requireJsonOfPages(exchange.request);
  const path = exchange.path.slice(CONTROL_PREFIX.length);
  for (const [pattern, handlers] of ROUTES) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const handle = new Map(Object.entries(handlers)).get(exchange.method);
    if (handle !== undefined) return handle(exchange, state, match[1] ?? "");
    throw new Refusal(405, {}, { Allow: Object.keys(handlers).join(", ") });
  }
  throw new Refusal(404);
}

const showState: ControlHandler = (_, state) =>
  json(200, {
    events: state.events.latest,
    telemetry: state.telemetry.latest,
    users: [...state.users.values()],
    streams: state.streams.count,
    requests: state.requests.count,
    faults: state.faults.list(),
  });

const dropStreams: ControlHandler = (_, state) => json(200, { dropped: state.streams.drop() });

const askForWebSocket: ControlHandler = () => {
  throw new Refusal(426, {}, { Upgrade: "websocket" });
};

const ROUTES: readonly (readonly [RegExp, Readonly<Record<string, ControlHandler>>])[] = [
  [/^state$/, { GET: showState }],
  [/^streams\/drop$/, { POST: dropStreams }],
  [/^faults$/, { GET: listFaults, POST: addFault, DELETE: clearFaults }],
  [/^faults\/([\w-]+)$/, { DELETE: removeFault }],
  [/^evaluation$/, { GET: evaluateFlags }],
  [/^flags\/(.+)$/, { PATCH: patchFlag }],
  [/^(?:live|inspect)$/, { GET: askForWebSocket }],
];
