/** When workers die. */
import { watch } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../support/events";
import { OLD } from "./lines";
import type { Service } from "./service";
import { untilBeats, type Worker } from "./workers";

export interface Scene {
  readonly worker: Worker;
  readonly service: Service;
  readonly persistPath: string;
  /** Gives a number below its argument, at random. */
  readonly draw: (below: number) => number;
}

export interface Moment {
  /** How the server behaves towards this worker. */
  prepare?(service: Service): Promise<void> | void;
  /** Undoes what {@link prepare} did, where healing the service does not. */
  repair?(service: Service): Promise<void>;
  /** Resolves when the time has come. */
  come(scene: Scene): Promise<unknown>;
}

const first = (worker: Worker) => worker.saw(({ is }) => is === "first");

/** Resolves after that many further requests of a route, or when the worker is gone. */
function requests({ server }: Service, route: "v2" | "identify" | "events", count: number) {
  return server.request(route, server.count(route) + count);
}

/** Resolves when a file of such a name comes, changes or goes. */
async function untilTouched({ worker, persistPath }: Scene, name: RegExp): Promise<void> {
  const enough = new AbortController();
  void worker.gone.then(() => enough.abort());
  try {
    for await (const { filename } of watch(dirname(persistPath), { signal: enough.signal }))
      if (name.test(filename ?? "")) return;
  } catch {
    // It is gone.
  }
}

export const MOMENTS: Readonly<Record<string, Moment>> = {
  "while it starts": {
    async come({ worker, draw }) {
      await worker.saw(({ is }) => is === "born");
      await pause(draw(60));
    },
  },
  "while it identifies": {
    async come({ worker, service, draw }) {
      await first(worker);
      await requests(service, "identify", 1 + draw(4));
      await pause(draw(20));
    },
  },
  "while flags change": {
    async come({ worker, service, draw }) {
      await requests(service, "v2", 1 + draw(20));
      await untilBeats(worker, draw(50));
      await pause(draw(20));
    },
  },
  "while it writes": {
    async come(scene) {
      const { worker, draw } = scene;
      const what = [/\.json\.tmp-/, /\.outbox-.*\.tmp-/, /\.outbox-[^.]*$/][draw(3)] ?? /./;
      await first(worker);
      for (let times = 1 + draw(2); times > 0; times--) await untilTouched(scene, what);
      await pause(draw(3));
    },
  },
  "while its batch waits for an answer": {
    prepare: ({ server }) =>
      server.answer("events", { gate: { opened: new Promise(() => {}), open() {} } }),
    async come({ worker, service, draw }) {
      await requests(service, "events", 1);
      await untilBeats(worker, draw(OLD + 15));
    },
  },
  "while its batch is answered": {
    async come({ service, draw }) {
      await requests(service, "events", 1 + draw(6));
      await pause(draw(8));
    },
  },
  "after its batch was answered": {
    async come({ worker, service, draw }) {
      await requests(service, "events", 1 + draw(3));
      await untilBeats(worker, draw(OLD + 15));
    },
  },
  "while the server is down": {
    prepare: ({ server }) => server.refuse(),
    // Somebody may have had its port for a moment.
    repair: ({ server }) =>
      until(() =>
        server.accept().then(
          () => true,
          () => false,
        ),
      ),
    async come({ worker, draw }) {
      await first(worker);
      await untilBeats(worker, draw(OLD + 25));
      await pause(draw(20));
    },
  },
  "while the service fails": {
    prepare({ server }) {
      for (const route of ["v2", "identify", "events"] as const)
        server.answer(route, { status: 503 });
    },
    async come({ worker, draw }) {
      await first(worker);
      await untilBeats(worker, draw(OLD + 25));
    },
  },
};
