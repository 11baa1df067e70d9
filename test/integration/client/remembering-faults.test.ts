import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { recordEvents } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, persist, rejection } from "./support";

it("reports an entry of no use once, however often it is looked up", async () => {
  const server = await startRollgateServer({ beta: true });
  const storage = createMapStorage();
  await persist(server, { cache: { storage } });
  for (const key of storage.entries.keys()) storage.entries.set(key, "{");
  server.answer("flags", { status: 404 });
  const client = createClient(server, { cache: { storage } });
  const log = recordEvents(client, "error");
  for (let n = 0; n < 2; n++) await rejection(client.init());
  expect(log.of("error").map(({ code }) => code)).toEqual([
    "CACHE_ENTRY_IGNORED",
    "NOT_FOUND",
    "NOT_FOUND",
  ]);
});

it("clears the flags that are being written, too", async () => {
  const server = await startRollgateServer({ beta: true });
  const clock = createVirtualClock();
  const map = createMapStorage();
  const gate = createGate();
  const saving = createGate();
  const storage = {
    ...map,
    async set(key: string, value: string) {
      map.entries.set(key, value);
      saving.open();
      await gate.opened;
    },
  };
  const client = createClient(server, { clock, cache: { storage } });
  await client.init({ id: "u1" });
  await client.identify({ id: "u2" });
  clock.advance(1_000);
  await saving.opened;
  await client.clearCache();
  gate.open();
  await client.close();
  expect([...map.entries.keys()]).toEqual([]);
});
