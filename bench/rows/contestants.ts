import { allocatedBytes } from "../harness/bytes";
import { compare } from "../harness/compare";
import { type Row, rowOf } from "../harness/row";
import type { Subject } from "../harness/subject";
import { CONTESTANTS } from "../peers/contestants.mjs";
import { flagsOf, sample } from "../support/flags";
import { startFlagsServer } from "../support/flags-server";
import { HandWritten } from "../support/hand-written";
import { mapLookups } from "../support/references";
import { unseenUsers } from "../support/users";
import { versionOf } from "../support/versions";

interface Flag {
  readonly on: boolean;
  readonly rule?: boolean;
  readonly version?: number;
}

/** A client in use. What it answers may come by promise. */
interface Running {
  isOn(key: string): boolean | Promise<boolean>;
  isOnFor(key: string, id: string): boolean | Promise<boolean>;
  update(announce: () => void): Promise<unknown>;
  close(): unknown;
}

interface Contestant {
  readonly name: string;
  readonly streams?: boolean;
  body(flags: Record<string, Flag>): string;
  /** Rules for those that are given them, not sent. */
  rules?(flags: Record<string, Flag>): unknown;
  start(url: string, rules?: unknown): Promise<Running>;
}

export const MEASURES = [
  "plain flag, 1 000 flags",
  "rule and rollout, a user not seen before",
  "10 000 flags, one changed",
  "start, 1 000 flags",
] as const;

const OURS = CONTESTANTS["rollgate"] as Contestant;
const CHANGING = "checkout-redesign-7";
const ROUNDS = { rounds: 100, sliceMs: 1, times: 1, budgetMs: 12_000 };
/** Each is used as the beginning of an id that nobody had before. */
const USERS = 20_000;

/** One contestant, in a process of its own, next to what no client can beat. */
export async function contestantRows(id: string): Promise<Row[]> {
  const contestant = CONTESTANTS[id] as Contestant;
  const of = { name: contestant.name, version: versionOf(contestant.name) };
  const rows = [
    await plain(contestant),
    await ruled(contestant),
    await changed(contestant),
    await started(contestant),
  ];
  return rows.map((row) => ({ ...row, of }));
}

async function plain(contestant: Contestant): Promise<Row> {
  const flags = flagsOf(1_000);
  const keys = sample(Object.keys(flags));
  const server = await serve(contestant, [asFlags(flags)]);
  const client = await contestant.start(server.url);
  assertAlike(
    await answers(client, keys),
    Object.fromEntries(keys.map((key) => [key, flags[key]])),
  );
  const subject = reading((i) => client.isOn(keys[i & 63] as string));
  const compared = await compare(subject, mapLookups(flags, keys));
  const bytes = { measured: await allocatedBytes(subject) };
  await client.close();
  await server.close();
  return rowOf(MEASURES[0], "Map.get", undefined, compared, { bytes });
}

async function ruled(contestant: Contestant): Promise<Row> {
  const flags = flagsOf(1_000);
  const keys = sample(Object.keys(flags));
  const rules = Object.fromEntries(
    Object.keys(flags).map((key) => [key, { on: true, rule: true }]),
  );
  const server = await serve(contestant, [rules]);
  const client = await contestant.start(server.url, contestant.rules?.(rules));
  const users = unseenUsers(USERS).map(({ id }) => id);
  let on = 0;
  for (const id of users.slice(0, 1_000)) if (await client.isOnFor(CHANGING, id)) on++;
  if (on < 400 || on > 600) throw new Error(`${contestant.name}: ${on} of 1,000 is no half.`);
  let next = 0;
  const subject = reading((i) =>
    client.isOnFor(keys[i & 63] as string, `${users[next++ % USERS]}-${next}`),
  );
  const compared = await compare(subject, mapLookups(flags, keys));
  // With those of the new id.
  const bytes = { measured: await allocatedBytes(subject) };
  await client.close();
  await server.close();
  return rowOf(MEASURES[1], "Map.get", undefined, compared, { bytes });
}

async function changed(contestant: Contestant): Promise<Row> {
  const flags = asFlags(flagsOf(10_000));
  // Streaming servers number what they send; a number that was seen is no news.
  const variants = Array.from({ length: contestant.streams ? 200 : 2 }, (_, i) => ({
    ...flags,
    [CHANGING]: { on: i % 2 === 0, version: i + 1 },
  }));
  const server = await serve(contestant, variants);
  const reference = await startFlagsServer(
    variants.slice(0, 2).map((variant) => OURS.body(variant)),
  );
  const client = await contestant.start(server.url);
  const floor = new HandWritten(reference.url);
  await floor.update();
  const before = await client.isOn(CHANGING);
  await client.update(() => server.announce());
  if ((await client.isOn(CHANGING)) === before) throw new Error(`${contestant.name}: no change.`);
  const compared = await compare(
    once(async () => void (await client.update(() => server.announce()))),
    once(async () => void (await floor.update())),
    ROUNDS,
  );
  await client.close();
  await Promise.all([server.close(), reference.close()]);
  return rowOf(MEASURES[2], "fetch, parse, diff", undefined, compared);
}

async function started(contestant: Contestant): Promise<Row> {
  const flags = asFlags(flagsOf(1_000));
  const server = await serve(contestant, [flags]);
  const reference = await startFlagsServer([OURS.body(flags)]);
  const clients: Running[] = [];
  const start = once(async () => {
    const client = await contestant.start(server.url);
    clients.push(client);
    await client.isOn(CHANGING);
  });
  const close = async () => {
    for (const client of clients.splice(0)) await client.close();
  };
  const compared = await compare(
    { ...start, prepare: close },
    once(async () => {
      const floor = new HandWritten(reference.url);
      await floor.update();
      floor.isEnabled(CHANGING);
    }),
    ROUNDS,
  );
  await close();
  await Promise.all([server.close(), reference.close()]);
  return rowOf(MEASURES[3], "fetch, parse, Map", undefined, compared);
}

function serve(contestant: Contestant, variants: readonly Record<string, Flag>[]) {
  const bodies = variants.map((flags) => contestant.body(flags));
  return startFlagsServer(bodies, { puts: contestant.streams === true });
}

function asFlags(flags: Record<string, boolean>): Record<string, Flag> {
  return Object.fromEntries(Object.entries(flags).map(([key, on]) => [key, { on }]));
}

async function answers(client: Running, keys: readonly string[]) {
  const found: Record<string, boolean> = {};
  for (const key of keys) found[key] = await client.isOn(key);
  return found;
}

function assertAlike(found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error("It answers otherwise.");
}

/** Reads at once what is there at once; a client that answers by promise is waited for. */
function reading(read: (i: number) => boolean | Promise<boolean>): Subject {
  if (!(read(0) instanceof Promise)) {
    return {
      run(times) {
        let on = 0;
        for (let i = 0; i < times; i++) if (read(i)) on++;
        return on;
      },
    };
  }
  return {
    async run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) if (await read(i)) on++;
      return on;
    },
  };
}

function once(act: () => Promise<void>): Subject {
  return {
    async run(times) {
      for (let i = 0; i < times; i++) await act();
      return times;
    },
  };
}
