import { itemReader, namesBelow, normal, type Shelf } from "./driver";
import { baseOf, keyOf, nameOf } from "./key-names";
import { MARK, sealed, unstamp } from "./stamp";
import type { TextStore } from "./text-store";

/**
 * Replaces a text unless it is newer than the one that is given, in one step of
 * Redis, by Redis' own clock: a time ahead of it counts as now, so that a machine
 * whose clock is wrong does not shut all others out. A text lives for a time from
 * its own on, so that none comes back when a newer one is gone.
 */
const REPLACE_OLDER = `
local clock = redis.call("TIME")
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local at = math.min(tonumber(ARGV[1]), now)
local left = at + tonumber(ARGV[2]) - now
if left <= 0 then return 0 end
local known = string.match(redis.call("GETRANGE", KEYS[1], 0, 31), "^${MARK}:(%d+):")
if known and tonumber(known) > at then return 0 end
redis.call("SET", KEYS[1], "${MARK}:" .. string.format("%.0f", at) .. ":" .. ARGV[3], "PX", string.format("%.0f", left))
return 1`;

/** What is used of an ioredis client. */
interface Scripted {
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
}

/** Whether the driver has a Redis behind it that can be given a script. */
export function takesScripts({ driver }: Shelf): boolean {
  return driver.name === "redis" && driver.getInstance !== undefined;
}

/** Keeps texts in Redis, through the connection of the driver. */
export function createScriptStore({ driver, start }: Shelf, ttlMs: number): TextStore {
  const item = itemReader(driver);
  const nameIn = (key: string) => start + nameOf(key, ":");
  return {
    get: async (key) => unstamp(await item(nameIn(key)))?.text,
    async set(key, text, at) {
      const redis = driver.getInstance?.() as Scripted;
      const name = inBase(driver.options, nameIn(key));
      await redis.eval(REPLACE_OLDER, 1, name, at ?? Number.MAX_SAFE_INTEGER, ttlMs, sealed(text));
    },
    async delete(key) {
      await driver.removeItem?.(nameIn(key), {});
    },
    async keys(prefix) {
      const names = await namesBelow(driver, start + baseOf(prefix));
      return names
        .map((name) => keyOf(name.slice(start.length), ":"))
        .filter((key) => key?.startsWith(prefix)) as string[];
    },
  };
}

/** The driver's own way from its keys to those of Redis. */
function inBase(options: unknown, name: string): string {
  const { base = "" } = options as { readonly base?: string };
  return normal(`${base}:${name}`);
}
