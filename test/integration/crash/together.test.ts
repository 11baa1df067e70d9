import { expect, it } from "vitest";
import { API_KEY } from "../../support/client";
import { createDice } from "./dice";
import { damageTold, OLD } from "./lines";
import { roundsOf, runRounds, type Tally, tell } from "./rounds";
import { inherit, type Service, startService } from "./service";
import { faultsBeside, outboxesIn, readKept } from "./whole";
import { newPlace, startWorker, untilBeats, type Worker } from "./workers";

const ROUNDS = roundsOf(3);
const ANCESTORS = 2;
/** For one round, on a machine that may be busy. */
const PATIENCE_MS = 30_000;

it(
  "two or three processes at one place spoil nothing for each other, and no event is sent by two of them",
  async () => {
    const tally = await runRounds(ROUNDS, runFamily);
    tell("together", tally);
    expect(tally["orphans"]).toBe(ROUNDS * ANCESTORS);
  },
  ROUNDS * PATIENCE_MS,
);

/**
 * Two die with unsent events. One that started while they lived and one or two
 * that start afterwards share the place; one of these is killed, too.
 */
async function runFamily(seed: number): Promise<Tally> {
  const draw = createDice(seed);
  const service = await startService();
  const { server, books } = service;
  const place = await newPlace();
  const start = (name: string) => {
    const { url } = server;
    const work = { name, seed: draw(2 ** 31), url, apiKey: API_KEY, persistPath: place };
    const worker = startWorker(work);
    books.workers.push(worker);
    return worker;
  };

  for (const route of ["identify", "events"] as const) server.answer(route, { status: 503 });
  const ancestors = Array.from({ length: ANCESTORS }, (_, i) => start(`ancestor${i}`));
  await Promise.all(ancestors.map((worker) => untilBeats(worker, OLD)));
  // It must leave alone what the living have not sent yet.
  const early = start("early");
  await untilBeats(early, 2);
  await Promise.all(ancestors.map((worker) => worker.kill()));
  const orphans = await orphansIn(place, ancestors);
  service.heal();

  const late = Array.from({ length: 1 + draw(2) }, (_, i) => start(`heir${i}`));
  const heirs = [...late, early];
  const [doomed, ...others] = heirs;
  const watching = watchCache(place, service, heirs);
  await Promise.all(late.map((worker) => untilBeats(worker, 1)));
  if (doomed !== undefined) await untilBeats(doomed, draw(OLD));
  await doomed?.kill();
  await Promise.all(others.map((worker) => worker.stop()));
  await watching;

  expect(await faultsBeside(place)).toEqual([]);
  const lines = heirs.flatMap((worker) => worker.lines);
  const closed = lines.filter((line) => line.is === "closed");
  expect(closed).toEqual(others.map(() => ({ is: "closed", imbalance: 0 })));
  expect(damageTold(lines)).toEqual([]);
  await inherit(service, place);
  expect(books.faults()).toEqual([]);
  await server.close();
  return { orphans, processes: ANCESTORS + heirs.length, ...books.figures() };
}

/** How many outboxes the dead left. */
async function orphansIn(place: string, dead: readonly Worker[]): Promise<number> {
  const names = await outboxesIn(place);
  return dead.filter(({ pid }) => names.some((name) => name.includes(`.outbox-${pid}-`))).length;
}

/** Reads the cache at every beat of anybody: it is whole at any moment, and both can read it. */
async function watchCache(place: string, { server }: Service, workers: readonly Worker[]) {
  await Promise.all(
    workers.map(async (worker) => {
      while ((await worker.saw(({ is }) => is === "beat")) !== undefined)
        await readKept(place, server.url);
    }),
  );
}
