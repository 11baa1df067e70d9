import { type ClientState, ConfigurationError, type RollgateClient } from "rollgate";
import type { VirtualClock } from "./virtual-clock";

/** Whose network is real while time is virtual. */
export interface PassTimeOptions {
  /** The time of all of these clients. */
  readonly clock: VirtualClock;
  readonly clients: readonly Pick<RollgateClient, "getState">[];
  /** Where they ask, if it may hold answers back: time does not wait for those. */
  readonly server?: { readonly held: number };
}

/**
 * Lets virtual time pass for clients whose network is real: it stands still while a
 * request is on its way, so that a day takes as long as its requests do. A request that
 * `server` holds back is not waited for: its time runs out.
 * @param ms how long, in milliseconds
 * @throws ConfigurationError when `ms` is negative or no finite number.
 * @example
 * await passTime(86_400_000, { clock, clients: [client], server });
 */
export async function passTime(
  ms: number,
  { clock, clients, server }: PassTimeOptions,
): Promise<void> {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
    throw new ConfigurationError("passTime(ms): give milliseconds that are not negative.", "ms");
  }
  const settled = async () => {
    do await turn();
    while (inFlight(clients) > (server?.held ?? 0));
  };
  const end = clock.monotonic() + ms;
  await settled();
  for (let left = ms; left > 0; left = end - clock.monotonic()) {
    clock.advance(Math.min(clock.untilNext ?? left, left));
    await settled();
  }
}

/** The machines' states in which a request is on its way. */
const UNDER_WAY: readonly (readonly [keyof ClientState, RegExp])[] = [
  ["refresh", /^(identifying|requesting)/],
  ["connection", /^streaming\.connecting$/],
  ["tracking", /^flushing/],
  ["telemetry", /^flushing/],
];

function inFlight(clients: PassTimeOptions["clients"]): number {
  const states = clients.map((client) => client.getState());
  const count = (state: ClientState) =>
    UNDER_WAY.filter(([name, pattern]) => pattern.test(String(state[name]))).length;
  return states.reduce((sum, state) => sum + count(state), 0);
}

/** Lets what is real go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => (globalThis.setImmediate ?? setTimeout)(resolve));
}
