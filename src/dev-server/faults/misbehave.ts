import { setTimeout as wait } from "node:timers/promises";
import { errorBody } from "../http/error-body";
import { json, NO_REPLY, type Reply } from "../http/reply";
import { brokenBody } from "./broken-body";
import type { ActiveFault } from "./faults";

/**
 * The answer of a request that met a fault.
 *
 * @param handle does what was asked
 * @param signal ends the latency early, by an AbortError
 */
export async function misbehave(
  fault: ActiveFault,
  handle: () => Promise<Reply>,
  signal: AbortSignal,
): Promise<Reply> {
  if (fault.latencyMs !== undefined) await wait(fault.latencyMs, undefined, { signal });
  const isOnlyLate =
    fault.drop !== true && (fault.status ?? fault.body ?? fault.retryAfter) === undefined;
  const genuine = isOnlyLate || fault.handled === true ? await handle() : undefined;
  if (isOnlyLate && genuine !== undefined) return { ...genuine, note: fault.id };
  const userId = genuine?.userId;
  return { ...failure(fault), note: fault.id, ...(userId !== undefined && { userId }) };
}

function failure(fault: ActiveFault): Reply {
  if (fault.drop === true) return NO_REPLY;
  const status = fault.status ?? (fault.retryAfter === undefined ? 200 : 429);
  const reply = fault.body === undefined ? plainAnswer(status) : brokenBody(fault.body, status);
  if (fault.retryAfter === undefined) return reply;
  return { ...reply, headers: { ...reply.headers, "Retry-After": String(fault.retryAfter) } };
}

function plainAnswer(status: number): Reply {
  if (status === 204 || status === 304) return { status };
  if (status >= 400) return json(status, errorBody(status));
  return json(status, {}, status >= 300 ? { headers: { Location: "/moved" } } : {});
}
