import { type InferOutput, safeParse } from "valibot";
import { ConfigurationError } from "../errors/configuration-error";
import { errorFromIssues } from "./issue";
import { configSchema } from "./schema";

/** Options that passed their checks, with the defaults that depend on nothing else. */
export type ParsedOptions = InferOutput<typeof configSchema>;

/** @throws ConfigurationError, and nothing else, when `options` is not what the schema says. */
export function parseOptions(options: unknown): ParsedOptions {
  let result: ReturnType<typeof safeParse<typeof configSchema>>;
  try {
    result = safeParse(configSchema, options);
  } catch {
    throw new ConfigurationError("The configuration could not be read: a getter threw.", "");
  }
  if (!result.success) throw errorFromIssues(result.issues, paths());
  return result.output;
}

function paths(): string[] {
  return Object.entries(configSchema.entries).flatMap(([name, option]) =>
    "wrapped" in option && "entries" in option.wrapped
      ? [name, ...Object.keys(option.wrapped.entries).map((inner) => `${name}.${inner}`)]
      : name,
  );
}
