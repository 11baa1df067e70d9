/** The SDK's machines, as they are and as the page reads them. */
import type { AnyStateMachine } from "xstate";
import * as machines from "../../../machines";
import type { Machine } from "../../../src/devtools-page/model/machine";
import { readMachine } from "../../../src/devtools-page/model/read-machine";

export interface OwnMachine {
  readonly id: string;
  readonly machine: AnyStateMachine;
  readonly read: Machine;
}

export const ownMachines: readonly OwnMachine[] = Object.values(machines)
  .filter((one) => "root" in one)
  .map((one) => {
    const machine = one as unknown as AnyStateMachine;
    const read = readMachine(JSON.stringify(machine.config));
    if (read === undefined) throw new Error(`${machine.id} cannot be read.`);
    return { id: machine.id, machine, read };
  });
