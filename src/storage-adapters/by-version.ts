import { batched, itemReader, namesBelow, type Shelf } from "./driver";
import { baseOf, keyOf, nameOf } from "./key-names";
import { stamp, unstamp } from "./stamp";
import type { TextStore } from "./text-store";
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

  const named = (key: string) => start + nameOf(key, separator);
  const isAlive = ({ at }: Version) => at + ttlMs > now();

  /** What is found where the versions of a key lie, with some drivers those of others, too; newest first. */
  async function around(key: string): Promise<Version[]> {
    return versionsAmong(await list(flat ? start : named(key) + separator), separator);
  }

  /** @returns `"gone"` when a newer one must have taken the place of what was listed. */
  async function look(key: string): Promise<{ readonly text: string | undefined } | "gone"> {
    const versions = (await around(key)).filter((one) => one.of === named(key) && isAlive(one));
    for (const { name } of versions) {
      const value = await item(name);
      if (value === undefined) return "gone";
      const whole = unstamp(value);
      // One that is being written, or was when its writer died, is not there yet.
      if (whole !== undefined) return { text: whole.text };
    }
    return { text: undefined };
  }

  async function remove(versions: readonly Version[]): Promise<void> {
    const names = new Set(versions.map(({ name }) => name));
    await Promise.all([...names].map((name) => driver.removeItem?.(name, {})));
  }

  return {
    async get(key) {
      for (let looks = 0; looks < MAX_LOOKS; looks++) {
        const found = await look(key);
        if (found !== "gone") return found.text;
      }
      return undefined;
    },
    async set(key, text, at = now()) {
      if (driver.setItem === undefined) throw new Error("The driver is read-only.");
      const left = at + ttlMs - now();
      if (left <= 0) return;
      const own = named(key) + separator + nextVersion(at);
      await driver.setItem(own, stamp({ at, text }), { ttl: Math.ceil(left / 1_000) });
      const found = await around(key);
      const older = found.filter((one) => one.of === named(key) && one.name < own);
      const dead = found.filter((one) => !isAlive(one)).slice(0, MAX_SWEPT);
      await remove([...older, ...dead]);
    },
    async delete(key) {
      await remove((await around(key)).filter((one) => one.of === named(key)));
    },
    async keys(prefix) {
      const names = await list(flat ? start : start + baseOf(prefix));
      const found = versionsAmong(names, separator).filter(isAlive);
      const keys = found.map((one) => keyOf(one.of.slice(start.length), separator));
      return [...new Set(keys)].filter((key) => key?.startsWith(prefix)) as string[];
    },
  };
}

function versionsAmong(names: readonly string[], separator: string): Version[] {
  const versions = names.map((name) => versionIn(name, separator));
  return versions
    .filter((version) => version !== undefined)
    .sort((a, b) => (a.name < b.name ? 1 : -1));
}
