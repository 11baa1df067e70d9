import { createElement, type ReactElement, type ReactNode, Suspense, useMemo, useRef } from "react";
import type { RollgateClient, RollgateConfig, UserContext } from "rollgate";
import { RollgateContext } from "./context";
import { useOwnedClient } from "./owned-client";
import { isSameUser, type UserProp } from "./same";
import { sessionOf } from "./session";
import { useBeforePaint } from "./use-before-paint";

interface CommonProps {
  /**
   * Whom flags are evaluated for: another one is `identify()`, `null` is `reset()`, an
   * equal one is nothing. Left out from the start, the client's user is the app's business.
   */
  readonly user?: UserContext | null | undefined;
  /** Lets components that read flags wait for the first ones; they show defaults if none come. */
  readonly suspense?: boolean;
  /** What is shown while they wait, where no boundary is nearer. */
  readonly fallback?: ReactNode;
  readonly children?: ReactNode;
}

/** The app's own client, or the configuration of one that lives as long as the provider. */
export type RollgateProviderProps = CommonProps &
  (
    | { readonly client: RollgateClient; readonly config?: never }
    | { readonly config: RollgateConfig; readonly client?: never }
  );

/**
 * Gives a client to all components below. A `client` is initialized unless it was, and
 * never closed; one that is made from `config` is closed when the provider goes.
 */
export function RollgateProvider(props: RollgateProviderProps): ReactElement {
  const { client, config, ...common } = props;
  if (client !== undefined) return createElement(Providing, { ...common, client });
  return createElement(OwningProvider, { ...common, config });
}

function OwningProvider({ config, ...rest }: CommonProps & { readonly config: RollgateConfig }) {
  return createElement(Providing, { ...rest, client: useOwnedClient(config) });
}

function Providing(props: CommonProps & { readonly client: RollgateClient }): ReactElement {
  const { client, suspense = false, fallback, children } = props;
  const user = useSteadyUser(props.user);
  const session = sessionOf(client);
  const provided = useMemo(() => ({ session, suspense }), [session, suspense]);
  useBeforePaint(() => session.follow(user), [session, user]);
  return createElement(
    RollgateContext.Provider,
    { value: provided },
    // A boundary above would throw the provider away, and the client that is waited for with it.
    suspense ? createElement(Suspense, { fallback }, children) : children,
  );
}

/** The same object while the user is; once there was one, none is nobody. */
function useSteadyUser(user: UserProp): UserProp {
  const last = useRef(user);
  const named = user === undefined && last.current !== undefined ? null : user;
  if (!isSameUser(last.current, named)) last.current = named;
  return last.current;
}
