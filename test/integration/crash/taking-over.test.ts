import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { until } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { type Order, persistPlace, startDoomed, untilRecorded } from "../delivery/doomed";
import { names } from "../delivery/support";

/** Many processes start here, on machines that may be busy. */
const PATIENCE_MS = 30_000;

it.each<[string, Exclude<Order["do"], "track">]>([
  ["while it replaces an outbox", "die recording"],
  ["while it discards an outbox", "die discarding"],
])(
  "events that a killed client took over from three others, %s, are sent once",
  async (_, order) => {
    const server = await startRollgateServer();
    const path = await persistPlace();
    const left = ["a", "b", "c"].map((one) => [`${one}-1`, `${one}-2`]);
    const dead = await Promise.all(left.map(() => startDoomed(server.url, path)));
    await Promise.all(dead.map((child, i) => child.tell({ do: "track", names: left[i] ?? [] })));
    await untilRecorded(path, left.flat());
    await Promise.all(dead.map((child) => child.kill()));

    const heir = await startDoomed(server.url, path);
    // It may die before it can say that it was told.
    void heir.tell({ do: order });
    void heir.tell({ do: "track", names: ["own"] });
    await Promise.race([heir.dead, untilRecorded(path, [...left.flat(), "own"])]);
    await heir.kill();

    const client = createClient(server, {
      cache: { persistPath: path },
      tracking: { persist: true },
    });
    await client.init();
    await until(() => client.getEventStats().accepted >= 6);
    await client.flushEvents();
    await client.close();
    const sent = names(server).flat();
    expect([...new Set(sent)]).toEqual(sent);
    expect(sent).toEqual(expect.arrayContaining(left.flat()));
  },
  PATIENCE_MS,
);
