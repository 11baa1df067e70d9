import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { ClientActorRef } from "../../machines";
import { stateNames } from "./state-name";
import type { CircuitStateName, CircuitStats, ClientState } from "./types";

/** The moments that machines keep in their context, by the machine they are in. */
interface Planned {
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

function look(
  machines: Machines,
  name: MachineName,
  region: string = name,
): { name: string; context: Planned } {
  const { value, context } = machines[name].getSnapshot() as AnyMachineSnapshot;
  return { name: stateNames(name, machines[name].logic, value).get(region) ?? "", context };
}

/** One plain object of all machines' states, fit for a health endpoint. */
export function readClientState(machines: Machines, identified: boolean): ClientState {
  const connection = look(machines, "connection");
  const circuit = readCircuit(machines);
  const hold = look(machines, "hold");
  const { nextPollAt, nextReconnectAt } = connection.context;
  return {
    client: look(machines, "client").name,
    user: identified ? "identified" : "anonymous",
    evaluation: look(machines, "client", "client.evaluation").name,
    connection: connection.name,
    refresh: look(machines, "refresh").name,
    circuit: circuit.state,
    freshness: look(machines, "freshness").name,
    rules: look(machines, "rules").name,
    hold: hold.name === "held" ? "held" : "free",
    tracking: look(machines, "tracking").name,
    telemetry: look(machines, "telemetry").name,
    ...(nextPollAt !== undefined && { nextPollAt }),
    ...(nextReconnectAt !== undefined && { nextReconnectAt }),
    ...(circuit.nextProbeAt !== undefined && { nextProbeAt: circuit.nextProbeAt }),
    ...(hold.name === "held" && { heldUntil: hold.context.until }),
  } as ClientState;
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
