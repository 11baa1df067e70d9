import { InvalidResponseError } from "../errors/invalid-response-error";
import type { FlagType } from "../flags/types";
import { flagsObjectOf } from "./flags-object";
import { isRecord } from "./record";

/**
 * Reads the types alone from `GET /api/v1/sdk/v2/flags`: they are the same for
 * every user, on or off.
 *
 * @throws InvalidResponseError when the body holds no `flags` object, or a flag has no type.
 */
export function readFlagTypes(body: unknown): Map<string, FlagType> {
  const types = new Map<string, FlagType>();
  for (const [key, flag] of Object.entries(flagsObjectOf(body))) {
    const type = isRecord(flag) ? TYPES.find((one) => one === flag["type"]) : undefined;
    if (type === undefined) {
      throw new InvalidResponseError(`The answer gives the flag ${JSON.stringify(key)} no type.`);
    }
    types.set(key, type);
  }
  return types;
}

const TYPES: readonly FlagType[] = ["boolean", "string", "number", "json"];
