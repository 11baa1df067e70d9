import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { ClientActorRef } from "../../machines";
import { stateNames } from "./state-name";
import type { CircuitStateName, CircuitStats, ClientState } from "./types";

/** What machines plan, as it is in their context. */
interface Planned {
  /** When the machine last looked at the clock, and for how long it waits since. */
  readonly at: number;
  readonly delayMs: number;
  readonly retryDelayMs: number;
  readonly flushIntervalMs: number;
  readonly age: number;
  readonly ttlMs: number;
  readonly maxStalenessMs: number;
  readonly nextPollAt?: number;
  readonly nextReconnectAt?: number;
  readonly nextProbeAt?: number;
  readonly until?: number;
  readonly failures?: readonly number[];
  readonly lastFailureAt?: number;
  readonly successes?: number;
}

/** The machines inside a client, by their public names. */
export type Machines = Readonly<Record<MachineName, InspectableMachine>>;

type MachineName = (typeof NAMES)[number];
type InspectableMachine = Pick<AnyActorRef, "getSnapshot"> & { readonly logic: AnyStateMachine };

const NAMES = [
  "client",
  "connection",
  "refresh",
  "circuit",
  "freshness",
  "rules",
  "hold",
  "tracking",
  "telemetry",
] as const;

/** Finds the machines once: a stopped system forgets them, but they keep their last state. */
export function findMachines(root: ClientActorRef): Machines {
  const { system } = root;
  return Object.fromEntries(
    NAMES.map((name) => [name, name === "client" ? root : system.get(name)]),
  ) as unknown as Machines;
}

/** What a machine is in, and what it plans there. */
interface Look {
  readonly name: string;
  readonly context: Planned;
}

function look(machines: Machines, name: MachineName, region: string = name): Look {
  const { value, context } = machines[name].getSnapshot() as AnyMachineSnapshot;
  return { name: stateNames(name, machines[name].logic, value).get(region) ?? "", context };
}

/** One plain object of all machines' states, fit for a health endpoint. */
export function readClientState(machines: Machines, identified: boolean): ClientState {
  const connection = look(machines, "connection");
  const circuit = readCircuit(machines);
  const hold = look(machines, "hold");
  const refresh = look(machines, "refresh");
  const freshness = look(machines, "freshness");
  const tracking = look(machines, "tracking");
  const telemetry = look(machines, "telemetry");
  const { nextPollAt, nextReconnectAt } = connection.context;
  const planned = {
    nextPollAt,
    nextReconnectAt,
    nextAttemptAt:
      refresh.name === "retryWait" ? refresh.context.at + refresh.context.retryDelayMs : undefined,
    nextProbeAt: circuit.nextProbeAt,
    heldUntil: hold.name === "held" ? hold.context.until : undefined,
    ...agesAt(freshness),
    nextFlushAt: nextFlushAt(tracking),
    nextReportAt: nextFlushAt(telemetry),
  };
  return {
    client: look(machines, "client").name,
    user: identified ? "identified" : "anonymous",
    evaluation: look(machines, "client", "client.evaluation").name,
    connection: connection.name,
    refresh: refresh.name,
    circuit: circuit.state,
    freshness: freshness.name,
    rules: look(machines, "rules").name,
    hold: hold.name === "held" ? "held" : "free",
    tracking: tracking.name,
    telemetry: telemetry.name,
    ...Object.fromEntries(Object.entries(planned).filter(([, at]) => at !== undefined)),
  } as ClientState;
}

/** Until when flags are fresh, or are served at all. */
function agesAt({ name, context: { at, age, ttlMs, maxStalenessMs } }: Look) {
  const isKept = maxStalenessMs === Number.POSITIVE_INFINITY;
  const confirmedAt = at - age;
  const isYoung = name === "fresh" || name === "unconfirmed";
  return {
    staleAt: isYoung ? confirmedAt + Math.min(ttlMs, maxStalenessMs) : undefined,
    expiresAt: name === "stale" && !isKept ? confirmedAt + maxStalenessMs : undefined,
  };
}

function nextFlushAt({ name, context: { at, flushIntervalMs, delayMs } }: Look) {
  if (name === "buffering") return flushIntervalMs > 0 ? at + flushIntervalMs : undefined;
  return name === "backingOff" || name === "releasing" ? at + delayMs : undefined;
}

export function readCircuit(machines: Machines): CircuitStats {
  const { name, context } = look(machines, "circuit");
  const state = name.split(".")[0] as CircuitStateName;
  const { failures = [], lastFailureAt, successes = 0, nextProbeAt = 0 } = context;
  return {
    state,
    failures: failures.length,
    halfOpenSuccesses: state === "half_open" ? successes : 0,
    ...(lastFailureAt !== undefined && { lastFailureTime: lastFailureAt }),
    ...(state === "open" && { nextProbeAt }),
  };
}
