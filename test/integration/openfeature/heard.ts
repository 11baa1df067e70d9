import type { AnyProviderEvent, EventDetails } from "@openfeature/core";

/** What handlers are added to: an SDK's API, or one of its clients. */
interface Eventing {
  addHandler(type: never, handler: (details?: EventDetails) => void): void;
}

/** What handlers of an SDK hear from now on. */
export interface Heard<Name extends string> {
  /** Names and details, in order; where they come from left out. */
  readonly told: readonly (readonly [Name, Readonly<Record<string, unknown>>])[];
  names(): readonly Name[];
  /** Until so many events of that name were heard. */
  next(name: Name, count?: number): Promise<void>;
}

/** @param events all that the SDK knows, by name */
export function hearEvents<Name extends string>(
  api: Eventing,
  events: Readonly<Record<Name, AnyProviderEvent>>,
): Heard<Name> {
  const told: (readonly [Name, Readonly<Record<string, unknown>>])[] = [];
  const waiting = new Set<() => void>();
  for (const [name, type] of Object.entries(events) as [Name, AnyProviderEvent][]) {
    api.addHandler(type as never, (given) => {
      const { providerName: _, domain: __, clientName: ___, ...details } = given ?? {};
      told.push([name, details]);
      for (const wake of waiting) wake();
      waiting.clear();
    });
  }
  // A handler that comes late is told at once how things stand.
  told.length = 0;
  return {
    told,
    names: () => told.map(([name]) => name),
    async next(name, count = 1) {
      while (told.filter(([one]) => one === name).length < count) {
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
  };
}
