import { useCallback, useEffect, useState } from "preact/hooks";

export const VIEWS = ["machines", "timeline", "flags", "activity", "requests", "break"] as const;
export type View = (typeof VIEWS)[number];

/** What is looked at. It is in the address, so that a reload and the back button keep it. */
export interface Route {
  readonly view: View;
  /** Session of a client's root actor. */
  readonly client: string | undefined;
  /** Name of one of its actors. */
  readonly machine: string | undefined;
}

export function useRoute(): readonly [Route, (change: Partial<Route>) => void] {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const listener = () => setRoute(readRoute(location.hash));
    addEventListener("hashchange", listener);
    return () => removeEventListener("hashchange", listener);
  }, []);
  const change = useCallback((part: Partial<Route>) => {
    location.hash = writeRoute({ ...readRoute(location.hash), ...part });
  }, []);
  return [route, change];
}

/** `#/flags?client=…&machine=…` */
export function writeRoute({ view, client, machine }: Route): string {
  const query = new URLSearchParams({
    ...(client !== undefined && { client }),
    ...(machine !== undefined && { machine }),
  });
  return `#/${view}${query.size > 0 ? `?${query}` : ""}`;
}

function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\//, "").split("?");
  const params = new URLSearchParams(query);
  return {
    view: VIEWS.find((view) => view === path) ?? "machines",
    client: params.get("client") ?? undefined,
    machine: params.get("machine") ?? undefined,
  };
}
