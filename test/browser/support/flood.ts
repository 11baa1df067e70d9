import type { InspectionMessage } from "../../../src/inspect/messages";
import type { DevtoolsServer } from "./devtools-server";

const CLIENTS = 10;
const MACHINES = 11;
const ROUNDS = 1_000;

/** Ten clients of eleven machines each, one of which moves in every round; as fast as it goes. @returns how many moves */
export async function flood(server: DevtoolsServer, definition: string): Promise<number> {
  const base = { _version: "0.7.1", id: "1" };
  const values = ["off", "choosing"].map((feed) => ({ feed, release: "free" }));
  for (let client = 0; client < CLIENTS; client++) {
    server.inspector(`p${client}`);
    for (let machine = 0; machine < MACHINES; machine++) {
      server.hear(`p${client}`, {
        ...base,
        type: "@xstate.actor",
        createdAt: String(Date.now()),
        sessionId: `p${client}:${machine}`,
        rootId: `p${client}:0`,
        name: `m${machine}`,
        parentId: undefined,
        definition,
        snapshot: { status: "active", value: values[0], context: {} },
      });
    }
  }
  let moves = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let client = 0; client < CLIENTS; client++) {
      const type = round === ROUNDS - 1 ? "last.event" : "start";
      server.hear(`p${client}`, {
        ...base,
        type: "@xstate.snapshot",
        createdAt: String(Date.now()),
        sessionId: `p${client}:1`,
        rootId: `p${client}:0`,
        event: { type },
        snapshot: { status: "active", value: values[(round + 1) % 2], context: {} },
      } satisfies InspectionMessage);
      moves++;
    }
    // The sockets get a turn.
    if (round % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return moves;
}
