import { useSyncExternalStore } from "react";
import type { ClientState } from "rollgate";
import { useProvided } from "./context";
import { isSame } from "./same";
import { IS_SERVER } from "./use-before-paint";
import { useKeeper } from "./use-reading";

/**
 * The states of all machines, as `getState()` gives them. The component renders again
 * after they changed, once for all changes that come at a time.
 */
export function useRollgateState(): ClientState {
  const { session } = useProvided("useRollgateState()");
  const keep = useKeeper<ClientState>();
  const current = () => keep(session.client.getState(), isSame);
  const first = () => keep(session.first.state, isSame);
  return useSyncExternalStore(session.onTransitions, current, IS_SERVER ? current : first);
}
