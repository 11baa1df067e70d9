import { ErrorCode } from "@openfeature/core";
import type { ClientState } from "rollgate";

/** How a provider stands: what it has to serve, and whether the server will have it. */
export type Standing = "ready" | "stale" | "empty" | "refusedServing" | "refusedEmpty";

/** What the SDK is told of it. */
export interface Notice {
  readonly event: "READY" | "STALE" | "ERROR" | "CONFIGURATION_CHANGED";
  readonly details: {
    readonly message?: string;
    readonly errorCode?: ErrorCode;
    readonly flagsChanged?: string[];
  };
}

export const NOTICES: Readonly<Record<Standing, Notice>> = {
  ready: { event: "READY", details: {} },
  stale: { event: "STALE", details: { message: "The flags in hand may be out of date." } },
  empty: {
    event: "ERROR",
    details: { errorCode: ErrorCode.GENERAL, message: "There are no flags to serve." },
  },
  // Not fatal: the SDK answers for a fatal provider by itself, with the caller's defaults.
  refusedServing: {
    event: "ERROR",
    details: {
      errorCode: ErrorCode.GENERAL,
      message: "The server refuses the API key. The last known flags go on serving.",
    },
  },
  refusedEmpty: {
    event: "ERROR",
    details: {
      errorCode: ErrorCode.PROVIDER_FATAL,
      message: "The server refuses the API key, and there are no flags to serve.",
    },
  },
};

/**
 * How a client stands.
 *
 * @param age of what it evaluates from, as its state names it: `freshness` or `rules`.
 */
export function standingOf({ connection }: Pick<ClientState, "connection">, age: string): Standing {
  const serves = age !== "empty" && age !== "expired";
  if (connection === "unauthorized") return serves ? "refusedServing" : "refusedEmpty";
  if (!serves) return "empty";
  return age === "stale" ? "stale" : "ready";
}
