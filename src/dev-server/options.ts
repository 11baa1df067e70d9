import * as v from "valibot";
import { ConfigurationError } from "../errors/configuration-error";
import { MAX_TIMER_MS } from "../time/clock";
import type { FlagsFile } from "./flags-file/types";
import type { StreamAuth } from "./http/authorize";

/** What `startDevServer` takes. */
export interface DevServerOptions {
  /** Path of a flags file, or its content as an object. */
  readonly flags: string | FlagsFile;
  /** TCP port; 0 for any that is free. @default 0 */
  readonly port?: number;
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** The key that requests must carry. @default "dev-key" */
  readonly apiKey?: string;
  /** Gets one plain line for each request, reload and problem; nothing is printed otherwise. */
  readonly log?: (line: string) => void;
  /** Whether a saved flags file takes force at once. Without meaning for an object. @default true */
  readonly watch?: boolean;
  /** Where the stream accepts the key: servers in the field differ. @default "both" */
  readonly streamAuth?: StreamAuth;
  /** Time between two heartbeats of a stream, in milliseconds; 0 for none. @default 15000 */
  readonly heartbeatMs?: number;
  /** Whether streams carry the rules, for clients that evaluate by themselves, and not evaluated flags. @default false */
  readonly localEvaluation?: boolean;
}

/** {@link DevServerOptions} with all defaults. */
export type ResolvedOptions = Required<DevServerOptions>;

const schema = v.strictObject({
  flags: v.union(
    [v.pipe(v.string(), v.minLength(1)), v.looseObject({})],
    "must be a path or an object",
  ),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 0),
  host: v.optional(v.pipe(v.string(), v.minLength(1)), "127.0.0.1"),
  apiKey: v.optional(v.pipe(v.string(), v.minLength(1)), "dev-key"),
  log: v.optional(
    v.custom<(line: string) => void>((input) => typeof input === "function", "must be a function"),
  ),
  watch: v.optional(v.boolean(), true),
  streamAuth: v.optional(v.picklist(["both", "token", "header"]), "both"),
  heartbeatMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_TIMER_MS)), 15_000),
  localEvaluation: v.optional(v.boolean(), false),
});

/** @throws ConfigurationError that names the option */
export function resolveOptions(options: DevServerOptions): ResolvedOptions {
  const { success, output, issues } = v.safeParse(schema, options);
  if (!success) {
    const path = v.getDotPath(issues[0]) ?? "";
    throw new ConfigurationError(
      `The dev server's options are invalid${path && ` at ${path}`}: ${issues[0].message}.`,
      path,
    );
  }
  // The schema's copy of `flags` would lack `__proto__`; it is checked on its own.
  return { ...output, flags: options.flags, log: output.log ?? (() => {}) };
}
