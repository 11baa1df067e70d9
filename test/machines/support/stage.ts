import {
  type AnyActorRef,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  createMachine,
  type EventFromLogic,
  type EventObject,
  fromCallback,
  type InputFrom,
} from "xstate";
import { settle, TestClock } from "./clock";

/** Everyone a machine may speak to besides its parent, who is the `client`. */
const NEIGHBOURS = ["hold", "circuit", "refresh", "connection", "tracking", "telemetry"] as const;

export interface Said {
  readonly to: string;
  readonly event: EventObject;
}

/** Time and chance of a test. */
export class Chance {
  readonly clock = new TestClock();
  /** What the next `sample` draws. */
  dice = 0.5;
  /** For the `sample` action of a machine. */
  readonly sample = () => ({ at: this.clock.wall, dice: this.dice });
}

/**
 * One machine alone on a stage: its parent answers to `client` and writes down
 * what it hears, and so does a stand-in for every other machine.
 */
export class Stage<TMachine extends AnyStateMachine> {
  readonly clock: TestClock;
  readonly actor: AnyActorRef;
  readonly errors: unknown[] = [];
  #said: Said[] = [];

  constructor(
    chance: Chance,
    machine: TMachine,
    input: InputFrom<TMachine>,
    as: (typeof NEIGHBOURS)[number] | "freshness" | "cache",
  ) {
    this.clock = chance.clock;
    const note = (to: string, event: EventObject) => {
      if (!event.type.startsWith("xstate.")) this.#said.push({ to, event });
    };
    const listener = (name: string) =>
      fromCallback(({ receive }) => receive((event) => note(name, event)));
    const parent = createMachine({
      invoke: [
        ...NEIGHBOURS.filter((name) => name !== as).map((name) => ({
          src: listener(name),
          id: name,
          systemId: name,
        })),
        {
          src: machine,
          id: as,
          systemId: as,
          input: () => input,
          onError: {
            actions: ({ event }: { event: { error: unknown } }) => this.errors.push(event.error),
          },
        },
      ],
      on: { "*": { actions: ({ event }: { event: EventObject }) => note("client", event) } },
    } as never);
    const root = createActor(parent, { clock: chance.clock, systemId: "client" });
    root.subscribe({ error: (error) => this.errors.push(error) });
    root.start();
    this.actor = root.system.get(as) as AnyActorRef;
    this.take();
  }

  async send(...events: EventFromLogic<TMachine>[]): Promise<void> {
    for (const event of events) {
      this.actor.send(event);
      await settle();
    }
  }

  get snapshot(): AnyMachineSnapshot {
    return this.actor.getSnapshot();
  }

  /** The state value. */
  get state(): unknown {
    return this.snapshot.value;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the context of whatever machine is on stage
  get context(): any {
    return this.snapshot.context;
  }

  /** What was said since the last time this was asked, in order. */
  take(): Said[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  /** The same, to one listener, the types only. */
  heard(by = "client"): string[] {
    return this.take()
      .filter(({ to }) => to === by)
      .map(({ event }) => event.type);
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }
}
