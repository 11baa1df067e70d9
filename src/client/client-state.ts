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

function look(root: ClientActorRef, id: string): { name: string; context: Planned } {
  const actor = (id === "client" ? root : root.system.get(id)) as AnyActorRef & {
    readonly logic: AnyStateMachine;
  };
  const { value, context } = actor.getSnapshot() as AnyMachineSnapshot;
  return { name: stateNames(id, actor.logic, value).get(id) ?? "", context };
}

/** One plain object of all machines' states, fit for a health endpoint. */
export function readClientState(root: ClientActorRef, identified: boolean): ClientState {
  const connection = look(root, "connection");
  const circuit = readCircuit(root);
  const hold = look(root, "hold");
  const { nextPollAt, nextReconnectAt } = connection.context;
  return {
    client: look(root, "client").name,
    user: identified ? "identified" : "anonymous",
    connection: connection.name,
    refresh: look(root, "refresh").name,
    circuit: circuit.state,
    freshness: look(root, "freshness").name,
    hold: hold.name === "held" ? "held" : "free",
    tracking: look(root, "tracking").name,
    telemetry: look(root, "telemetry").name,
    ...(nextPollAt !== undefined && { nextPollAt }),
    ...(nextReconnectAt !== undefined && { nextReconnectAt }),
    ...(circuit.nextProbeAt !== undefined && { nextProbeAt: circuit.nextProbeAt }),
    ...(hold.name === "held" && { heldUntil: hold.context.until }),
  } as ClientState;
}

export function readCircuit(root: ClientActorRef): CircuitStats {
  const { name, context } = look(root, "circuit");
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
