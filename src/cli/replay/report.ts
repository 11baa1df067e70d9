import * as v from "valibot";
import type { Transition } from "../../client/types";
import { UsageError } from "../usage-error";

/** What there is to replay. */
export interface Report {
  readonly transitions: readonly Transition[];
  /** Of a whole report, not of a list of transitions alone. */
  readonly about?: {
    readonly sdk: string;
    readonly runtime: string;
    readonly at: number;
    readonly state: Readonly<Record<string, unknown>>;
  };
}

const moment = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const transitions = v.array(
  v.object({
    seq: v.number(),
    actor: v.string(),
    from: v.string(),
    to: v.string(),
    event: v.string(),
    at: moment,
  }),
);
const whole = v.object({
  format: v.literal("rollgate-diagnostics"),
  sdk: v.string(),
  runtime: v.string(),
  at: moment,
  state: v.looseObject({}),
  transitions,
});

/**
 * Reads what `JSON.stringify(client.exportDiagnostics())` or
 * `JSON.stringify(client.getTransitions())` wrote.
 *
 * @throws UsageError that says where it is not that
 */
export function parseReport(text: string, name: string): Report {
  const json = parseJson(text, name);
  if (Array.isArray(json)) return { transitions: check(transitions, json, name) };
  const { transitions: list, ...about } = check(whole, json, name);
  return { transitions: list, about };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is not JSON: save what client.exportDiagnostics() returns.`);
  }
}

function check<T extends v.GenericSchema>(
  schema: T,
  json: unknown,
  name: string,
): v.InferOutput<T> {
  const { success, output, issues } = v.safeParse(schema, json);
  if (success) return output;
  const path = v.getDotPath(issues[0]);
  throw new UsageError(
    `${name} is not what client.exportDiagnostics() or getTransitions() returns${path ? `: see "${path}"` : ""}.`,
  );
}
