import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStorage } from "unstorage";
import fsDriver from "unstorage/drivers/fs";
import memoryDriver from "unstorage/drivers/memory";
import { afterEach, test } from "vitest";
import {
  createSharedStorage,
  type SharedStorage,
  type SharedStorageOptions,
} from "../../../src/storage-adapters";
import { redisTest, startRedis } from "../../support/redis";
import type { Place } from "./children";

export interface Opened {
  /** Another storage at the same place, as another process has it. */
  open(options?: SharedStorageOptions): SharedStorage;
  /** How a process of its own finds it; absent: it cannot. */
  readonly place: Place;
}

type TestOf = (name: string, run: () => Promise<void>) => void;

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollgate-shared-"));
  folders.push(folder);
  return folder;
}

const redis = async (): Promise<Opened> => {
  const server = await startRedis();
  return {
    open: (options) => createSharedStorage(server.driver(), options),
    place: { url: server.url },
  };
};

const files = async (): Promise<Opened> => {
  const folder = await emptyFolder();
  return {
    open: (options) => createSharedStorage(fsDriver({ base: folder }), options),
    place: { folder },
  };
};

const memory = async (): Promise<Opened> => {
  const driver = memoryDriver();
  const open = (options?: SharedStorageOptions) =>
    createSharedStorage(createStorage({ driver }), options);
  return { open, place: {} };
};

/** Places that processes can share. */
export const PLACES: readonly [string, TestOf, () => Promise<Opened>][] = [
  ["Redis", redisTest, redis],
  ["a folder, by the fs driver", test, files],
];

/** Those, and one of the drivers that have no folders. */
export const ALL_PLACES: typeof PLACES = [
  ...PLACES,
  ["a storage in memory, as a driver without folders", test, memory],
];
