import type { FlagRecord } from "rollgate";
import { useReading } from "./use-reading";

/** All flags, key → on or off. The component renders again when one is switched, added or removed. */
export function useFlags(): FlagRecord {
  return useReading({ who: "useFlags()", read: ({ flags }) => flags });
}
