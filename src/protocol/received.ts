import { isRecord, ownValue } from "./record";

/** How many items the server says it took (`{ "received": n }`); `undefined` when it does not say. */
export function readReceived(body: unknown): number | undefined {
  const received = isRecord(body) ? ownValue(body, "received") : undefined;
  return Number.isSafeInteger(received) && (received as number) >= 0
    ? (received as number)
    : undefined;
}
