import { type Flag, MALFORMED_FLAG, makeFlag } from "../flags/flag";
import { flagsObjectOf } from "./flags-object";
import { createReasonTable } from "./reasons";
import { isRecord, ownValue } from "./record";

/**
 * Reads `GET /api/v1/sdk/flags` and the stream's `init`: on or off per key, with
 * reasons where there are any. A flag carries no key of its own, so equal flags
 * are one object.
 *
 * @throws InvalidResponseError when the body holds no `flags` object.
 */
export function readFlagsV1(body: unknown): Map<string, Flag> {
  const wire = flagsObjectOf(body);
  const rawReasons = isRecord(body) ? ownValue(body, "reasons") : undefined;
  const reasons = isRecord(rawReasons) ? rawReasons : undefined;
  const table = createReasonTable();
  const flags = new Map<string, Flag>();
  for (const key of Object.keys(wire)) {
    const on = wire[key];
    if (typeof on !== "boolean") {
      flags.set(key, MALFORMED_FLAG);
      continue;
    }
    // What every object inherits is no reason, and reads as none.
    const shared = table.read(reasons?.[key], on);
    if (on) {
      shared.on ??= makeFlag(true, "boolean", true, shared.reason);
      flags.set(key, shared.on);
    } else {
      shared.off ??= makeFlag(false, "boolean", false, shared.reason);
      flags.set(key, shared.off);
    }
  }
  return flags;
}
