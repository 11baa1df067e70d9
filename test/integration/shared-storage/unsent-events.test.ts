import { readdir } from "node:fs/promises";
import { join } from "node:path";
import fsDriver from "unstorage/drivers/fs";
import { expect, it } from "vitest";
import { RollgateClient } from "../../../src";
import { createSharedStorage } from "../../../src/storage-adapters";
import { startRollgateServer } from "../../support/rollgate-server";
import { startInstance } from "./children";
import { emptyFolder } from "./places";

it("are not kept in a shared storage, where nobody could tell whose they are", async () => {
  const storage = createSharedStorage(fsDriver({ base: await emptyFolder() }));
  const config = { apiKey: "key", cache: { storage }, tracking: { persist: true } };
  expect(() => new RollgateClient(config)).toThrow(
    expect.objectContaining({ path: "tracking.persist" }),
  );
});

it("lie in a file of each process: none is sent twice or lost, whoever starts or ends when", async () => {
  const server = await startRollgateServer({ beta: true });
  const place = { folder: await emptyFolder(), server: server.url };
  const fleet = { ...place, persistPath: join(await emptyFolder(), "flags.json") };
  const [living, gone] = [startInstance(fleet), startInstance(fleet)];
  await Promise.all([living.do("init"), gone.do("init")]);
  await living.do("track", "of the living");
  await gone.do("track", "of the one that is gone");
  await gone.do("offline");
  await gone.do("close");
  await gone.kill();
  const heir = startInstance(fleet);
  await heir.do("init");
  while ((await heir.do("pending")) === 0);
  await heir.do("close");
  const books = (...names: string[]) => server.eventBooks(names);
  expect(books("of the one that is gone")).toMatchObject({ missing: [], unexpected: [] });
  await living.do("close");
  const all = books("of the one that is gone", "of the living");
  expect(all).toMatchObject({ missing: [], duplicate: [], unexpected: [] });
  // In the folder that all share there are flags only.
  expect((await readdir(place.folder)).filter((name) => !name.includes(".flags."))).toEqual([]);
});
