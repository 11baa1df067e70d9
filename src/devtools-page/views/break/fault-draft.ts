import type { Fault, FaultRoute } from "../../../dev-server/faults/fault";

export const ROUTES = [
  "all",
  "flags",
  "identify",
  "stream",
  "events",
  "telemetry",
] as const satisfies readonly FaultRoute[];

/** The ways to fail that the form offers; `unit` is of the number that goes with each. */
export const WAYS = [
  {
    id: "status",
    label: "A status",
    unit: "status",
    usual: 503,
    least: 200,
    most: 599,
  },
  { id: "latency", label: "Latency", unit: "ms", usual: 2_000, least: 0, most: 600_000 },
  { id: "drop", label: "Dropped connection", unit: undefined, usual: 0, least: 0, most: 0 },
  { id: "peace", label: "429, Retry-After", unit: "s", usual: 10, least: 0, most: 86_400 },
] as const;
export type WayId = (typeof WAYS)[number]["id"];

/** A fault as the form has it; without `times` it lasts until it is removed. */
export interface FaultDraft {
  readonly route: FaultRoute;
  readonly way: WayId;
  readonly number: number;
  readonly times: number | undefined;
}

export function faultOf({ route, way, number, times }: FaultDraft): Fault {
  const what: Fault = {
    status: { status: number },
    latency: { latencyMs: number },
    drop: { drop: true },
    peace: { retryAfter: number },
  }[way];
  return { route, ...what, ...(times !== undefined && { times }) };
}
