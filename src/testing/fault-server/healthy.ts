import type { Answer } from "./answer";
import type { ServerRequest } from "./request";

/** What a healthy server says where the answer does not. */
export function healthyBody(
  request: ServerRequest,
  { status = 200, flags, reasons }: Answer,
  own: Readonly<Record<string, unknown>>,
): unknown {
  if (status === 204 || status === 304) return undefined;
  if (status >= 300) return { error: { message: `Status ${status}.` } };
  switch (request.route) {
    case "flags":
      return { flags: flags ?? mapValues(own, isOn), ...(reasons && { reasons }) };
    case "v2":
      return { flags: mapValues(flags ?? own, typed) };
    case "events":
      return { received: (request.json() as { events: unknown[] }).events.length };
    case "telemetry":
      return { received: received(request.json()) };
    default:
      return { success: true };
  }
}

/** Whether the answer is an event stream. */
export function isBareStream({ route }: ServerRequest, answer: Answer): boolean {
  const { stream, status, body, delivery } = answer;
  if (stream !== undefined) return stream !== false;
  return route === "stream" && [status, body, delivery].every((part) => part === undefined);
}

/** The older route tells of a typed flag only whether it is on. */
function isOn(value: unknown): boolean {
  return typeof value === "object" && value !== null && "enabled" in value
    ? value.enabled === true
    : value !== false;
}

/** A flag that was given as a plain value. */
function typed(value: unknown, key: string): unknown {
  if (typeof value === "object" && value !== null && "enabled" in value) return value;
  const type = typeof value === "object" ? "json" : typeof value;
  return { key, type, value, enabled: value !== false };
}

function received(report: unknown): number {
  const { evaluations } = report as { evaluations: Record<string, { total: number }> };
  return Object.values(evaluations).reduce((sum, { total }) => sum + total, 0);
}

function mapValues<T>(
  values: Readonly<Record<string, unknown>>,
  map: (value: unknown, key: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
