import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { FlagStorage, RollgateConfig, UserContext } from "../../../src";
import { createClient } from "../../support/client";
import type { RollgateServer } from "../../support/rollgate-server";

/** A storage whose content a test can see and change. */
export interface MapStorage extends FlagStorage {
  readonly entries: Map<string, string>;
}

export function createMapStorage(): MapStorage {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
    delete: (key) => void entries.delete(key),
    keys: (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** Lets a client of an earlier life fetch and persist a user's flags. */
export async function persist(
  server: RollgateServer,
  config: Partial<RollgateConfig>,
  user?: UserContext,
): Promise<void> {
  const client = createClient(server, config);
  await client.init(user);
  await client.close();
}

const directories: string[] = [];

afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

/** An empty directory that is gone after the test file. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "rollgate-client-"));
  directories.push(directory);
  return directory;
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It was not rejected.");
}
