import { createElement, Fragment, type ReactElement, type ReactNode } from "react";
import type { FlagKey, JsonValue, RollgateFlags } from "rollgate";
import { useCount, useReading } from "./use-reading";

/** What a flag holds: what is declared, or anything. */
type ValueOf<Key> = Key extends keyof RollgateFlags ? RollgateFlags[Key] : JsonValue;

export interface FeatureProps<Key extends FlagKey> {
  readonly flag: Key;
  /** What is shown while the flag is off; unset: nothing. */
  readonly fallback?: ReactNode;
  /** What is shown while it is on; a function is given the flag's value, and not called otherwise. */
  readonly children?: ReactNode | ((value: ValueOf<Key>) => ReactNode);
}

/** Shows its children while a flag is on, else the fallback. */
export function Feature<Key extends FlagKey>(props: FeatureProps<Key>): ReactElement {
  const { flag, fallback, children } = props;
  const who = "<Feature>";
  const isAsked = typeof children === "function";
  // While the flag is off its value does not matter: `undefined`, which is no JSON, says so.
  const value = useReading({
    who,
    key: flag,
    read(flags) {
      if (!flags.get<boolean>(flag, false)) return undefined;
      return isAsked ? flags.get<null>(flag, null) : true;
    },
  });
  useCount(who, flag, value);
  const shown = isAsked && value !== undefined ? children(value as ValueOf<Key>) : children;
  return createElement(Fragment, null, value === undefined ? fallback : (shown as ReactNode));
}
