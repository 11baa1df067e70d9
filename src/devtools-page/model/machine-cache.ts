import type { Machine } from "./machine";
import { readMachine } from "./read-machine";

/** Clients of one SDK bring the same definitions: read, and later drawn, once. */
const machines = new Map<string, Machine | undefined>();
const MOST = 200;

export function machineOf(definition: string): Machine | undefined {
  if (machines.has(definition)) return machines.get(definition);
  if (machines.size >= MOST) machines.clear();
  const machine = readMachine(definition);
  machines.set(definition, machine);
  return machine;
}
