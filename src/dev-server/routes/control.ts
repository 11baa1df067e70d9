import { ConfigurationError } from "../../errors/configuration-error";
import type { Fault } from "../faults/fault";
import type { Exchange } from "../http/exchange";
import { hostName, isLoopbackHost } from "../http/loopback";
import { readJson } from "../http/read-body";
import { Refusal } from "../http/refusal";
import { json, type Reply } from "../http/reply";
import type { ServerState } from "../state";

/** Where the endpoints live that steer the dev server itself. */
export const CONTROL_PREFIX = "/__rollgate/";

/**
 * Answers a control request. These endpoints ask for no key, so only programs
 * of this machine and pages of this server may use them.
 *
 * @throws Refusal 403 for another host or origin, 404, 405
 */
export async function control(exchange: Exchange, state: ServerState): Promise<Reply> {
  requireSameOrigin(exchange);
  const path = exchange.path.slice(CONTROL_PREFIX.length);
  const id = /^faults\/([\w-]+)$/.exec(path)?.[1];
  if (id !== undefined) return allow(exchange, { DELETE: () => removeFault(id, state) });
  switch (path) {
    case "state":
      return allow(exchange, { GET: () => json(200, describe(state)) });
    case "streams/drop":
      return allow(exchange, { POST: () => json(200, { dropped: state.streams.drop() }) });
    case "faults":
      return allow(exchange, {
        GET: () => json(200, { faults: state.faults.list() }),
        POST: () => addFault(exchange, state),
        DELETE: () => {
          state.faults.clear();
          return json(200, { success: true });
        },
      });
    default:
      throw new Refusal(404);
  }
}

function requireSameOrigin({ request }: Exchange): void {
  const { host, origin } = request.headers;
  const name = hostName(host);
  if (name === undefined || !isLoopbackHost(name)) {
    throw new Refusal(403, { message: "Control endpoints answer to a loopback host name only." });
  }
  const isCrossSite = request.headers["sec-fetch-site"] === "cross-site";
  if (isCrossSite || (origin !== undefined && origin !== `http://${host}`)) {
    throw new Refusal(403, { message: "Control endpoints refuse pages of other origins." });
  }
}

function allow(
  exchange: Exchange,
  handlers: Readonly<Record<string, () => Reply | Promise<Reply>>>,
): Reply | Promise<Reply> {
  const handle = new Map(Object.entries(handlers)).get(exchange.method);
  if (handle === undefined) throw new Refusal(405, {}, { Allow: Object.keys(handlers).join(", ") });
  return handle();
}

async function addFault(exchange: Exchange, state: ServerState): Promise<Reply> {
  const fault = (await readJson(exchange.request)) as Fault;
  try {
    return json(201, { id: state.faults.add(fault) });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new Refusal(400, { message: error.message, field: error.path });
  }
}

function removeFault(id: string, state: ServerState): Reply {
  if (state.faults.remove(id)) return json(200, { success: true });
  throw new Refusal(404, { message: `There is no fault ${id}.` });
}

function describe(state: ServerState) {
  return {
    events: state.events,
    telemetry: state.telemetry,
    users: [...state.users.values()],
    streams: state.streams.count,
    requests: state.requestCount,
    faults: state.faults.list(),
  };
}
