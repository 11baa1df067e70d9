import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { FlagKey, FlagSnapshot } from "rollgate";
import { useProvided } from "./context";
import { isSame } from "./same";
import { IS_SERVER } from "./use-before-paint";

/** What a hook reads of the flags. */
interface Reading<T> {
  /** The hook, for messages. */
  readonly who: string;
  /** The one flag that is read; unset: all. */
  readonly key?: FlagKey;
  /** Whether reasons, origin and age are read, which change without the value. */
  readonly detailed?: boolean;
  read(snapshot: FlagSnapshot): T;
  /** Whether a component need not render again for the difference; unset: deep equality. */
  isSame?(a: T, b: T): boolean;
}

/** A component renders again when what it reads has changed, and keeps the object that it has while that is equal. */
export function useReading<T>(reading: Reading<T>): T {
  const { who, key, detailed = false } = reading;
  const { session, suspense } = useProvided(who);
  const waiting = suspense && !IS_SERVER ? session.waiting : undefined;
  // React 18 has no `use`, and 19 takes what is thrown as well.
  if (waiting !== undefined) throw waiting;

  const subscribe = useCallback(
    (notify: () => void) => {
      const { client } = session;
      const leave = key === undefined ? client.subscribe(notify) : client.subscribe(key, notify);
      const leaveTransitions = detailed ? session.onTransitions(notify) : undefined;
      return () => {
        leave();
        leaveTransitions?.();
      };
    },
    [session, key, detailed],
  );
  const keep = useKeeper<T>();
  const answer = (snapshot: FlagSnapshot) => keep(reading.read(snapshot), reading.isSame ?? isSame);
  const current = () => answer(session.client.getSnapshot());
  const first = () => answer(session.first.flags);
  return useSyncExternalStore(subscribe, current, IS_SERVER ? current : first);
}

/**
 * Counts one evaluation for a component that is on the page, and one for each value that
 * it gets later. Further renders do not count, nor do Strict Mode's.
 */
export function useCount(who: string, key: FlagKey, value: unknown): void {
  const { client } = useProvided(who).session;
  const counted = useRef<readonly unknown[]>([]);
  useEffect(() => {
    const now = [client, key, value];
    if (now.every((part, index) => Object.is(part, counted.current[index]))) return;
    counted.current = now;
    client.isEnabled(key);
  }, [client, key, value]);
}

/** A function that gives back what it gave last, while what it is given is the same. */
export function useKeeper<T>(): (value: T, same: (a: T, b: T) => boolean) => T {
  const [keep] = useState(() => {
    let last: { readonly value: T } | undefined;
    return (value: T, same: (a: T, b: T) => boolean) => {
      if (last === undefined || !same(last.value, value)) last = { value };
      return last.value;
    };
  });
  return keep;
}
