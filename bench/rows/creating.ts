import { RollgateClient } from "rollgate";
import { type AnyActorRef, createActor, createMachine } from "xstate";
import { retainedBytes } from "../harness/bytes";
import { compare } from "../harness/compare";
import { type Row, rowOf } from "../harness/row";
import type { Subject } from "../harness/subject";

/** Weighed together. */
const CLIENTS = 1_000;

const machine = createMachine({
  initial: "idle",
  states: { idle: { on: { go: "busy" } }, busy: { on: { done: "idle" } } },
});

/** What a client costs before it is asked for anything. */
export async function creatingRows(): Promise<Row[]> {
  const clients = making(newClient);
  const actors = making(() => createActor(machine).start());
  const compared = await compare(clients, actors, { sliceMs: 5 });
  const many = () => Array.from({ length: CLIENTS }, newClient);
  return [
    rowOf("new RollgateClient()", "an XState actor of two states", undefined, compared, {
      bytes: { measured: (await retainedBytes(many)) / CLIENTS, bar: 100_000 },
      note: "eleven actors, their machines shared by all clients; the bytes are what a client keeps.",
    }),
  ];
}

function making(make: () => RollgateClient | AnyActorRef): Subject {
  return {
    run(times) {
      let made = 0;
      for (let i = 0; i < times; i++) if (make() !== undefined) made++;
      return made;
    },
  };
}

function newClient(): RollgateClient {
  return new RollgateClient({ apiKey: "bench-key", baseUrl: "http://127.0.0.1:9" });
}
