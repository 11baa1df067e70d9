import { expect, it } from "vitest";
import { API_KEY } from "../../support/client";
import { createDice } from "./dice";
import { damageTold, isSlow, USERS } from "./lines";
import { MOMENTS } from "./moments";
import { roundsOf, runRounds, type Tally, tell } from "./rounds";
import { inherit, type Service, startService } from "./service";
import { faultsBeside, type Kept, readKept } from "./whole";
import { newPlace, startWorker, type Worker } from "./workers";

const ROUNDS = roundsOf(6);
const GENERATIONS = 3;
/** For one round, on a machine that may be busy. */
const PATIENCE_MS = 20_000;

it(
  "a client that is killed at any moment leaves a whole cache and every event older than a second, and none is sent twice",
  async () => {
    const tally = await runRounds(ROUNDS, runChain);
    tell("killed", tally);
    expect(tally["kills"]).toBe(ROUNDS * GENERATIONS);
  },
  ROUNDS * PATIENCE_MS,
);

/** One worker after the other dies at one place, each at a random moment; the last heir sends the rest. */
async function runChain(seed: number): Promise<Tally> {
  const draw = createDice(seed);
  const service = await startService();
  const { books } = service;
  const place = await newPlace();
  const names = Object.keys(MOMENTS);
  let kept: Kept = new Map();
  let cached = 0;
  for (let generation = 1; generation <= GENERATIONS; generation++) {
    const name = names[draw(names.length)] ?? "";
    const worker = await runOne(`w${generation}`, name, service, place, draw);
    cached += Number(judgeStart(worker, kept, service));
    expect(await faultsBeside(place)).toEqual([]);
    const next = await readKept(place, service.server.url);
    judgeKept(next, kept, service);
    kept = next;
  }
  await inherit(service, place);
  expect(books.faults()).toEqual([]);
  const { server } = service;
  await server.close();
  return {
    kills: GENERATIONS,
    "starts from the cache": cached,
    ...books.figures(),
  };
}

async function runOne(
  name: string,
  moment: string,
  service: Service,
  place: string,
  draw: (sides: number) => number,
): Promise<Worker> {
  const { prepare, repair, come } = MOMENTS[moment] ?? {};
  await prepare?.(service);
  const worker = startWorker({
    name: `${name} ${moment}`,
    seed: draw(2 ** 31),
    url: service.server.url,
    apiKey: API_KEY,
    persistPath: place,
  });
  service.books.workers.push(worker);
  await come?.({ worker, service, persistPath: place, draw });
  await worker.kill();
  await repair?.(service);
  service.heal();
  return worker;
}

/** A worker starts with what the cache held of its user, and never finds it spoilt. @returns whether it did */
function judgeStart({ lines }: Worker, kept: Kept, { gave }: Service): boolean {
  expect(damageTold(lines)).toEqual([]);
  const first = lines.find((line) => line.is === "first");
  if (first === undefined || first.source === "default") return false;
  expect(first.values).toHaveLength(1);
  const [value = 0] = first.values;
  expect([first.user, gave(first.user, value)]).toEqual([first.user, true]);
  const expected = kept.get(first.user);
  if (expected === undefined || lines.some(isSlow)) return false;
  expect([first.source, value]).toEqual(["cache", expected]);
  return true;
}

/** What is kept of a user was given to that user, and no entry is older than the one before. */
function judgeKept(next: Kept, before: Kept, { gave }: Service): void {
  for (const user of USERS) {
    const value = next.get(user) ?? 0;
    expect(value).toBeGreaterThanOrEqual(before.get(user) ?? 0);
    if (value > 0) expect([user, gave(user, value)]).toEqual([user, true]);
  }
}
