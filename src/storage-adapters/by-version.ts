import { keyOf, nameOf } from "./key-names";
import { stamp, unstamp } from "./stamp";
import type { TextStore } from "./text-store";
import { batched, itemReader, namesBelow, type Shelf } from "./unstorage";
import { createVersions, type Version, versionIn } from "./versions";

/** How often a reader looks again because the newest text was replaced just then. */
const MAX_LOOKS = 5;
/** The most that one write removes of what others left, since nobody should wait for long. */
const MAX_SWEPT = 100;

/**
 * Keeps texts with a driver that can neither compare nor replace in one step. Each
 * write is an item of its own, named by its time, and never written again; the
 * newest counts, and whoever writes removes what is older than his. So a writer
 * that comes late, however late, only leaves something that nobody reads.
 */
export function createVersionStore(shelf: Shelf, ttlMs: number, now: () => number): TextStore {
  const { driver, start } = shelf;
  const item = itemReader(driver);
  const nextVersion = createVersions();
  // A driver that walks a tree of folders, and looks at all of it, gets one folder.
  const flat = driver.flags?.maxDepth === true;
  const separator = flat ? "." : ":";
  const depth = flat ? { maxDepth: start.split(":").length - 1 } : {};
  const list = batched((bases) =>
    Promise.all(bases.map((base) => namesBelow(driver, base, depth))),
  );

  const startOf = (key: string) => start + nameOf(key, separator) + separator;
  const listFor = (key: string) => list(flat ? start : startOf(key));
  const isAlive = ({ at }: Version) => at + ttlMs > now();

  /** Newest first. */
  async function versionsOf(key: string): Promise<Version[]> {
    const versions = versionsAmong(await listFor(key), separator);
    const own = startOf(key);
    return versions.filter(({ key: name }) => name + separator === own).filter(isAlive);
  }

  /** @returns `"gone"` when a newer one must have taken the place of what was listed. */
  async function look(key: string): Promise<{ readonly text: string | undefined } | "gone"> {
    for (const { name } of await versionsOf(key)) {
      const value = await item(name);
      if (value === undefined) return "gone";
      const whole = unstamp(value);
      // One that is being written, or was when its writer died, is not there yet.
      if (whole !== undefined) return { text: whole.text };
    }
    return { text: undefined };
  }

  return {
    async get(key) {
      for (let looks = 0; looks < MAX_LOOKS; looks++) {
        const found = await look(key);
        if (found !== "gone") return found.text;
      }
      return undefined;
    },
    async set(key, text, given) {
      if (driver.setItem === undefined) throw new Error("The driver is read-only.");
      const at = given ?? now();
      const left = at + ttlMs - now();
      if (left <= 0) return;
      const own = startOf(key) + nextVersion(at);
      await driver.setItem(own, stamp({ at, text }), { ttl: Math.ceil(left / 1_000) });
      const listed = versionsAmong(await listFor(key), separator);
      const older = listed.filter((one) => one.key + separator === startOf(key) && one.name < own);
      const dead = listed.filter((one) => !isAlive(one)).slice(0, MAX_SWEPT);
      await removeAll([...older, ...dead]);
    },
    async delete(key) {
      const listed = versionsAmong(await listFor(key), separator);
      await removeAll(listed.filter((one) => one.key + separator === startOf(key)));
    },
    async keys(prefix) {
      const listed = versionsAmong(await list(start), separator).filter(isAlive);
      const keys = listed.map((one) => keyOf(one.key.slice(start.length), separator));
      return [...new Set(keys)].filter((key) => key?.startsWith(prefix)) as string[];
    },
  };

  async function removeAll(versions: readonly Version[]): Promise<void> {
    const names = new Set(versions.map(({ name }) => name));
    await Promise.all([...names].map((name) => driver.removeItem?.(name, {})));
  }
}

function versionsAmong(names: readonly string[], separator: string): Version[] {
  const versions = names.map((name) => versionIn(name, separator));
  return versions
    .filter((version) => version !== undefined)
    .sort((a, b) => (a.name < b.name ? 1 : -1));
}
