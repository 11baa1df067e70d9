import { InvalidResponseError } from "../errors/invalid-response-error";
import { isRecord, ownValue, type WireRecord } from "./record";

/**
 * The `flags` object of a body. An answer without one is no empty set: overloaded
 * servers and gateways answer so.
 *
 * @throws InvalidResponseError when there is none.
 */
export function flagsObjectOf(body: unknown): WireRecord {
  const flags = isRecord(body) ? ownValue(body, "flags") : undefined;
  if (!isRecord(flags)) throw new InvalidResponseError("The answer holds no `flags` object.");
  return flags;
}
