import { useEffect, useState } from "preact/hooks";
import type { Shown, Store } from "../live/store";

/** What is to be shown, again whenever it changes. */
export function useShown(store: Store): Shown {
  const [shown, setShown] = useState(store.shown);
  useEffect(() => {
    setShown(store.shown);
    return store.subscribe(() => setShown(store.shown));
  }, [store]);
  return shown;
}
