/**
 * Waiting for what a client says, never for time.
 *
 * ```ts
 * const changed = nextEvent(client, "flag_changed", ({ key }) => key === "beta"); // before the cause
 * server.flags = { beta: true };
 * await client.refresh();
 * expect(await changed).toEqual({ key: "beta", value: true, previous: false });
 *
 * const events = recordEvents(client, "flag_changed", "flags_updated");   // events.names, events.of("flag_changed")
 * await untilState(client, (state) => state.connection === "streaming.open");
 * await until(() => client.isEnabled("beta"));                            // anything else that can be seen
 * ```
 */
import type { ClientEvents, ClientListener, ClientState, RollgateClient } from "../../src";

type Name = keyof ClientEvents;
/** Every event there is: one that is missing here does not compile. */
const NAMES: Readonly<Record<Name, true>> = {
  ready: true,
  flags_updated: true,
  flag_changed: true,
  rule_changed: true,
  rules_updated: true,
  flags_stale: true,
  error: true,
  circuit_open: true,
  circuit_half_open: true,
  circuit_closed: true,
  connection_changed: true,
  events_flushed: true,
  events_dropped: true,
  closed: true,
};
export const EVENT_NAMES = Object.keys(NAMES) as readonly Name[];

type Client = Pick<RollgateClient, "on" | "getState" | "onTransition">;

/** The next event of that name, or the next that passes the filter. */
export function nextEvent<K extends Name>(
  client: Pick<Client, "on">,
  name: K,
  filter: (payload: ClientEvents[K]) => boolean = () => true,
): Promise<ClientEvents[K]> {
  return new Promise((resolve) => {
    const stop = client.on(name, ((payload: ClientEvents[K]) => {
      if (!filter(payload)) return;
      stop();
      resolve(payload);
    }) as ClientListener<K>);
  });
}

/** What a client has said since. */
export interface EventLog {
  /** Name and payload of each event, in order. */
  readonly entries: readonly (readonly [Name, unknown])[];
  readonly names: readonly Name[];
  of<K extends Name>(name: K): readonly ClientEvents[K][];
  clear(): void;
}

/** Writes down the named events from now on; without names all of them. */
export function recordEvents(client: Pick<Client, "on">, ...names: Name[]): EventLog {
  const entries: [Name, unknown][] = [];
  for (const name of names.length > 0 ? names : EVENT_NAMES) {
    client.on(name, ((payload: unknown) => entries.push([name, payload])) as never);
  }
  return {
    entries,
    get names() {
      return entries.map(([name]) => name);
    },
    of: <K extends Name>(name: K) =>
      entries.filter(([one]) => one === name).map(([, payload]) => payload as ClientEvents[K]),
    clear: () => void entries.splice(0),
  };
}

/** The state as soon as it is as described, now or after some transition. */
export function untilState(
  client: Client,
  described: (state: ClientState) => boolean,
): Promise<ClientState> {
  return new Promise((resolve) => {
    let stop = () => {};
    let done = false;
    const check = () => {
      if (done) return;
      const state = client.getState();
      if (!described(state)) return;
      done = true;
      stop();
      resolve(state);
    };
    // A transition is told before its machine's snapshot is in place.
    stop = client.onTransition(() => queueMicrotask(check));
    check();
  });
}

/** Waits, without a bound of its own, until something can be seen; for what no event tells. */
export async function until(seen: () => unknown): Promise<void> {
  while (!(await seen())) await new Promise((resolve) => setImmediate(resolve));
}
