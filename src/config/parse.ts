import { type InferOutput, safeParse } from "valibot";
import { ConfigurationError } from "../errors/configuration-error";
import { errorFromIssues, wrongOption } from "./issue";
import { configSchema } from "./schema";

/** Options that passed their checks, with the defaults that depend on nothing else. */
export type ParsedOptions = InferOutput<typeof configSchema>;

/** @throws ConfigurationError, and nothing else, when `options` is not what the schema says. */
export function parseOptions(options: unknown): ParsedOptions {
  let result: ReturnType<typeof safeParse<typeof configSchema>>;
  try {
    // The schema library takes a list for an object without members.
    const list = GROUPS.find((name) => Array.isArray(Object(options)[name]));
    if (list !== undefined) throw wrongOption(list, "an object", []);
    result = safeParse(configSchema, options);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError("The configuration could not be read: a getter threw.", "");
  }
  if (!result.success) throw errorFromIssues(result.issues, paths());
  return result.output;
}

const GROUPS = ["retry", "circuitBreaker", "cache", "stream", "tracking", "telemetry", "bootstrap"];

function paths(): string[] {
  return Object.entries(configSchema.entries).flatMap(([name, option]) =>
    "wrapped" in option && "entries" in option.wrapped
      ? [name, ...Object.keys(option.wrapped.entries).map((inner) => `${name}.${inner}`)]
      : name,
  );
}
