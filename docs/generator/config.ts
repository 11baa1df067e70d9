import type { AnyStateMachine } from "xstate";
import * as machines from "../../machines";
import config from "../../stately.config.json";

/** What `stately.config.json` says of an event. */
export interface EventText {
  /** Who sends it. */
  readonly from: string;
  readonly description: string;
}

/** What `stately.config.json` says of a machine. */
export interface MachineText {
  /** The machine's own id, and the name of its file of definitions. */
  readonly id: string;
  /** Its heading on the page, where that is not the id. */
  readonly title?: string;
  readonly source: string;
  /** The name it is exported by from `rollgate/machines`. */
  readonly export: string;
  /** Names of the actors that run it; the page names states after the first. */
  readonly actors: readonly string[];
  /** Whether `getState()` shows those actors. */
  readonly inState: boolean;
  readonly description: string;
  /** What always holds. */
  readonly invariants: readonly string[];
  /** By the path of the state in the machine: `feed.streaming.link.held`. */
  readonly states: Readonly<Record<string, string>>;
  readonly events: Readonly<Record<string, EventText>>;
}

export interface Config {
  /** Folder of the machines' definitions. */
  readonly definitions: string;
  /** The page that shows them all. */
  readonly page: string;
  readonly machines: readonly MachineText[];
}

/** A machine together with the words for it. */
export interface Described {
  readonly text: MachineText;
  readonly machine: AnyStateMachine;
}

export const CONFIG: Config = config;

/** Every listed machine. */
export function describedMachines(listed: Config = CONFIG): Described[] {
  return listed.machines.map((text) => {
    const machine = (machines as unknown as Readonly<Record<string, AnyStateMachine | undefined>>)[
      text.export
    ];
    if (machine?.root === undefined) {
      throw new Error(
        `stately.config.json: machines/index.ts exports no machine "${text.export}".`,
      );
    }
    return { text, machine };
  });
}
