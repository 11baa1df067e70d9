import type { AnyMachineSnapshot, AnyStateMachine, InspectionEvent } from "xstate";
import { stateNames } from "./state-name";
import type { Transition } from "./types";

/** An actor as inspection shows it; only machines have a tree of states. */
interface InspectedActor {
  readonly id: string;
  readonly sessionId: string;
  readonly logic?: AnyStateMachine;
  getSnapshot(): unknown;
}

/** How many transitions are remembered. */
const HISTORY = 200;

/**
 * Turns what XState tells its inspectors into transitions with public names. It
 * listens to microsteps: snapshots come in the order in which actors finish,
 * effect before cause.
 */
export class TransitionRecorder {
  readonly #history: Transition[] = [];
  readonly #states = new Map<string, Map<string, string>>();
  readonly #now: () => number;
  readonly #notify: (transition: Transition, snapshot: AnyMachineSnapshot) => void;
  #seq = 0;

  constructor(
    now: () => number,
    notify: (transition: Transition, snapshot: AnyMachineSnapshot) => void,
  ) {
    this.#now = now;
    this.#notify = notify;
  }

  /** The last {@link HISTORY} transitions, oldest first. */
  get transitions(): readonly Transition[] {
    return [...this.#history];
  }

  /** Fit for XState's `inspect` option. */
  readonly observe = (inspected: InspectionEvent): void => {
    // An actor cannot be read when it is announced, but when its first event comes.
    if (inspected.type === "@xstate.event")
      this.#begin(inspected.actorRef as unknown as InspectedActor);
    else if (inspected.type === "@xstate.microstep") {
      this.#record(
        inspected.actorRef as unknown as InspectedActor,
        inspected.snapshot as AnyMachineSnapshot,
        inspected.event.type,
      );
    }
  };

  #begin(actor: InspectedActor): void {
    const { logic } = actor;
    if (logic === undefined || !("root" in logic) || this.#states.has(actor.sessionId)) return;
    const { value } = actor.getSnapshot() as AnyMachineSnapshot;
    this.#states.set(actor.sessionId, stateNames(actor.id, logic, value));
  }

  #record(actor: InspectedActor, snapshot: AnyMachineSnapshot, event: string): void {
    const { logic } = actor;
    if (logic === undefined || !("root" in logic)) return;
    const before = this.#states.get(actor.sessionId);
    const after = stateNames(actor.id, logic, snapshot.value);
    this.#states.set(actor.sessionId, after);
    for (const [region, to] of after) {
      const from = before?.get(region);
      if (from !== undefined && from !== to) this.#add(region, from, to, event, snapshot);
    }
  }

  #add(actor: string, from: string, to: string, event: string, snapshot: AnyMachineSnapshot): void {
    const transition: Transition = Object.freeze({
      seq: ++this.#seq,
      actor,
      from,
      to,
      event: eventName(event),
      at: this.#now(),
    });
    this.#history.push(transition);
    if (this.#history.length > HISTORY) this.#history.shift();
    this.#notify(transition, snapshot);
  }
}

/**
 * XState names timers and finished work after the state they are in; what a person
 * wants to read is `after.retryDelay` or `done.fetchFlags`.
 */
export function eventName(type: string): string {
  return type.replace(
    /^xstate\.(after|done|error)\.(?:actor\.|state\.)?([^.]+).*$/,
    (_, kind: string, name: string) => `${kind}.${name}`,
  );
}
