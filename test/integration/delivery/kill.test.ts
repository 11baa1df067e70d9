import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { until } from "../../support/events";
import {
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { type Doomed, persistPlace, startDoomed, untilRecorded } from "./doomed";
import { names } from "./support";

/** Many processes start here, on machines that may be busy. */
const PATIENCE_MS = 30_000;
/** How many events are in the batch under way, and how many were tracked since. */
const SIZES = [
  [1, 0],
  [1, 1],
  [3, 2],
  [40, 0],
  [150, 60],
] as const;

interface Round {
  readonly server: RollgateServer;
  readonly path: string;
  readonly child: Doomed;
  readonly batch: readonly string[];
  readonly later: readonly string[];
}

/** Lets a child track a batch, all of it recorded as unsent. */
async function begin([size, more]: readonly [number, number]): Promise<Round> {
  const server = await startRollgateServer();
  const path = await persistPlace();
  const child = await startDoomed(server.url, path);
  const batch = Array.from({ length: size }, (_, n) => `batch-${n}`);
  const later = Array.from({ length: more }, (_, n) => `later-${n}`);
  await child.tell({ do: "track", names: batch });
  await untilRecorded(path, batch);
  return { server, path, child, batch, later };
}

/** Posts the batch, whose answer waits, and tracks what comes later. @returns how to answer */
async function post({ server, path, child, batch, later }: Round): Promise<() => void> {
  const gate = createGate();
  server.answerOnce("events", { gate, body: { received: batch.length } });
  await child.tell({ do: "flush" });
  await server.request("events", 1);
  await child.tell({ do: "track", names: later });
  await untilRecorded(path, [...batch, ...later]);
  return gate.open;
}

/** Restarts twice in the place of the dead, sending all there is. @returns what was sent since, in order */
async function restart({ server, path }: Pick<Round, "server" | "path">, expected: number) {
  const before = names(server).flat().length;
  const config = { cache: { persistPath: path }, tracking: { persist: true } };
  const first = createClient(server, config);
  await first.init();
  await until(() => first.getEventStats().accepted === expected);
  await first.flushEvents();
  await first.close();
  const second = createClient(server, config);
  await second.init();
  await second.close();
  return names(server).flat().slice(before);
}

interface Moment {
  /** Brings the child to its death. */
  die(round: Round): Promise<void>;
  /** What the restarted client has to send: the whole batch again, or only what came later. */
  again: boolean;
}

const MOMENTS: Readonly<Record<string, Moment>> = {
  "before its batch is posted": {
    async die({ child, path, batch, later }) {
      await child.tell({ do: "track", names: later });
      await untilRecorded(path, [...batch, ...later]);
      await child.kill();
    },
    again: true,
  },
  "before its batch is answered": {
    async die(round) {
      await post(round);
      await round.child.kill();
    },
    again: true,
  },
  "before it records the answer": {
    async die(round) {
      const answer = await post(round);
      await round.child.tell({ do: "die when flushed" });
      answer();
      await round.child.dead;
    },
    again: true,
  },
  "while it records the answer": {
    async die(round) {
      const answer = await post(round);
      await round.child.tell({ do: "die recording" });
      answer();
      await round.child.dead;
    },
    again: true,
  },
  "after it recorded the answer": {
    async die(round) {
      const answer = await post(round);
      answer();
      await untilRecorded(round.path, round.later);
      await round.child.kill();
    },
    again: false,
  },
};

it.each(Object.entries(MOMENTS))(
  "a client that is killed %s leaves to the next one what it did not record as delivered, once",
  async (_, { die, again }) => {
    await Promise.all(
      SIZES.map(async (size) => {
        const round = await begin(size);
        await die(round);
        const left = again ? [...round.batch, ...round.later] : round.later;
        expect(await restart(round, left.length)).toEqual(left);
      }),
    );
  },
  PATIENCE_MS,
);

it(
  "a client that is killed after it took over what another one left leaves it to the next one, once",
  async () => {
    await Promise.all(
      SIZES.map(async (size) => {
        const round = await begin(size);
        await round.child.kill();
        const { path, server, batch, later } = round;
        const heir = await startDoomed(server.url, path);
        // Recording its own, it records what it took over with it, in one step.
        await heir.tell({ do: "die discarding" });
        await heir.tell({ do: "track", names: later });
        await untilRecorded(path, [...batch, ...later]);
        await heir.kill();
        expect(await restart(round, size[0] + size[1])).toEqual([...batch, ...later]);
      }),
    );
  },
  PATIENCE_MS,
);
