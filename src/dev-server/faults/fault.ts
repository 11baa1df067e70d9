import * as v from "valibot";
import { ConfigurationError } from "../../errors/configuration-error";
import { MAX_TIMER_MS } from "../../time/clock";
import { isRecord } from "../is-record";

/** Endpoints that can be told to fail; `flags` means v1 and v2. */
const FAULT_ROUTES = ["flags", "identify", "stream", "events", "telemetry", "all"] as const;
export type FaultRoute = (typeof FAULT_ROUTES)[number];

/** Ways in which a body can be bad; `docs/dev-server.md` says what each sends. */
const BROKEN_BODIES = ["html", "truncated", "invalid-json", "empty", "huge", "drip"] as const;
export type BrokenBody = (typeof BROKEN_BODIES)[number];

/** How the server is to misbehave. Latency goes with everything; `drop` outweighs `body`, `body` the usual error body. */
export interface Fault {
  /** Which requests it meets. @default "all" */
  readonly route?: FaultRoute;
  /** Status of the answer, 200 to 599. @default 429 with `retryAfter`, else 200 with `body` */
  readonly status?: number;
  /** `Retry-After` header: seconds, or any text. */
  readonly retryAfter?: number | string;
  /** Time before anything else happens, in milliseconds. Alone, the answer is only late. */
  readonly latencyMs?: number;
  readonly body?: BrokenBody;
  /** Destroys the connection before the head of an answer. */
  readonly drop?: boolean;
  /** Does what was asked before failing, so that only the answer is lost. @default false */
  readonly handled?: boolean;
  /** How many requests it meets before it is gone; without, until removed. */
  readonly times?: number;
}

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const fields = v.strictObject({
  route: v.optional(v.picklist(FAULT_ROUTES)),
  status: v.optional(whole(200, 599)),
  retryAfter: v.optional(v.union([v.number(), v.pipe(v.string(), v.regex(/^[\x20-\x7e]*$/))])),
  latencyMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_TIMER_MS))),
  body: v.optional(v.picklist(BROKEN_BODIES)),
  drop: v.optional(v.boolean()),
  handled: v.optional(v.boolean()),
  times: v.optional(whole(1, Number.MAX_SAFE_INTEGER)),
});

// `strictObject` alone takes lists for objects.
const schema = v.pipe(v.custom<object>(isRecord, "it must be an object"), fields);

/** @throws ConfigurationError that names the field */
export function parseFault(input: unknown): Fault {
  const { success, output, issues } = v.safeParse(schema, input);
  if (success) return output as Fault;
  const path = v.getDotPath(issues[0]) ?? "";
  throw new ConfigurationError(
    `This fault is invalid${path && ` at ${path}`}: ${issues[0].message}.`,
    path,
  );
}
