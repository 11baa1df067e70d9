import type { CacheLoad, ClientContext, UserSwap } from "./client.setup";

// Phrases that several regions of the client use.

export const wish = (by: "app" | "stream" | "probe") => ({ type: "wish", params: { by } }) as const;

export const epochOf = ({ event }: { event: { epoch: number } }) => ({ epoch: event.epoch });

export const current = { type: "current", params: epochOf } as const;

/** Rules answer for the new user as they did for the old one. */
export const evaluated = {
  type: "evaluated",
  params: ({ event }: { event: UserSwap }) => event,
} as const;

/** Takes over what storage held for when the first fetch failed. */
export const adoptReserve = [
  {
    type: "adoptCache",
    params: ({ context }: { context: ClientContext }) => context.reserve as CacheLoad,
  },
  "forgetReserve",
] as const;
