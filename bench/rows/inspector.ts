import type { RollgateClient } from "rollgate";
import { createInspector } from "rollgate/inspect";
import type { Row } from "../harness/row";
import { median, spreadOf } from "../harness/spread";
import { clientAnswered } from "../support/clients";
import { flagsOf } from "../support/flags";
import { startReceiver } from "../support/receiver";

const FLAGS = 500;
const ROUNDS = 150;
const WARM_UP = 300;
const REFRESHES = 10;

/** What an attached inspector costs, told per step of a machine. */
export async function inspectorRows(): Promise<Row[]> {
  const receiver = await startReceiver();
  const body = JSON.stringify({ flags: flagsOf(FLAGS) });
  const [plain, watched] = await Promise.all([clientAnswered(body), clientAnswered(body)]);
  const steps = await stepsOf(watched);
  for (const client of [plain, watched]) {
    for (const key of Object.keys(flagsOf(FLAGS))) client.isEnabled(key);
  }
  watched.attachInspector(createInspector({ url: receiver.url }));
  while ((await receiver.received()) === 0) await refreshed(watched, 1);
  await refreshed(plain, WARM_UP);
  await refreshed(watched, WARM_UP);

  const added: number[] = [];
  const watchedNs: number[] = [];
  const plainNs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = round % 2 === 0 ? watched : plain;
    const firstNs = await refreshed(first, REFRESHES);
    const secondNs = await refreshed(first === watched ? plain : watched, REFRESHES);
    const [ns, base] = first === watched ? [firstNs, secondNs] : [secondNs, firstNs];
    added.push((ns - base) / steps);
    watchedNs.push(ns / steps);
    plainNs.push(base / steps);
  }
  const received = await receiver.received();
  if (received < ROUNDS * REFRESHES * steps) throw new Error("The receiver did not hear of all.");
  await Promise.all([plain.close(), watched.close(), receiver.close()]);
  return [
    {
      what: `a step of a machine, ${FLAGS} flags, with an inspector`,
      added: { measured: spreadOf(added), bar: 50_000 },
      ns: [median(watchedNs), median(plainNs)],
      note: `a refresh that changes nothing, ${steps} steps and all that is between them; the receiver is a WebSocket of another thread.`,
    },
  ];
}

/** @returns nanoseconds per refresh, what its messages take to leave included. */
async function refreshed(client: RollgateClient, times: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < times; i++) await client.refresh();
  await new Promise((resolve) => setImmediate(resolve));
  return ((performance.now() - start) * 1e6) / times;
}

/** How many steps all machines take in a refresh. */
async function stepsOf(client: RollgateClient): Promise<number> {
  let steps = 0;
  const detach = client.attachInspector(({ type }) => {
    if (type === "@xstate.microstep") steps++;
  });
  await client.refresh();
  detach();
  return steps;
}
