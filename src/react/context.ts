import { createContext, useContext } from "react";
import { ConfigurationError, type RollgateClient } from "rollgate";
import type { Session } from "./session";

/** What a provider gives to what is below it. */
export interface Provided {
  readonly session: Session;
  /** Whether components that read flags wait for the first ones. */
  readonly suspense: boolean;
}

export const RollgateContext = createContext<Provided | undefined>(undefined);

/** @param who asks, for the message when there is no provider. */
export function useProvided(who: string): Provided {
  const provided = useContext(RollgateContext);
  if (provided === undefined) {
    throw new ConfigurationError(
      `${who} found no <RollgateProvider> above the component that uses it.`,
      "RollgateProvider",
    );
  }
  return provided;
}

/**
 * The client of the nearest provider: for `track()`, `identify()`, overrides and all else.
 * @throws ConfigurationError outside of a provider.
 */
export function useRollgate(): RollgateClient {
  return useProvided("useRollgate()").session.client;
}
