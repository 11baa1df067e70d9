import fc from "fast-check";
import memoryDriver from "unstorage/drivers/memory";
import { expect, test } from "vitest";
import { createSharedStorage, type SharedDriver } from "../../src/storage-adapters";

/** A driver whose every step is done when the scheduler says so. */
function scheduled(driver: SharedDriver, scheduler: fc.Scheduler): SharedDriver {
  const step = <T>(label: string, act: () => T): Promise<T> =>
    scheduler.schedule(Promise.resolve(), label).then(act);
  return {
    getItem: (key, options) => step(`get ${key}`, () => driver.getItem(key, options)),
    getKeys: (base, options) => step(`keys ${base}`, () => driver.getKeys(base, options)),
    setItem: (key, text, options) => step(`set ${key}`, () => driver.setItem?.(key, text, options)),
    removeItem: (key, options) => step(`remove ${key}`, () => driver.removeItem?.(key, options)),
  };
}

test("no reader ever sees an older text after a newer one, whoever writes, cleans up and reads when", async () => {
  const times = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(times, { minLength: 1, maxLength: 3 }),
      async (scheduler, writers) => {
        const memory = memoryDriver() as SharedDriver;
        const open = () => createSharedStorage(scheduled(memory, scheduler), { now: () => 10 });
        // The newest that is known to be written.
        let written = 0;
        const writing = writers.map(async (list) => {
          const storage = open();
          for (const at of list) {
            await storage.set("k", String(at), { at });
            written = Math.max(written, at);
          }
        });
        const reading = [1, 2].map(async () => {
          const storage = open();
          let seen = 0;
          for (let n = 0; n < 4; n++) {
            const least = Math.max(seen, written);
            const text = await storage.get("k");
            seen = Number(text ?? 0);
            expect(seen).toBeGreaterThanOrEqual(least);
          }
        });
        const all = Promise.all([...writing, ...reading]);
        await scheduler.waitFor(all);
        const newest = Math.max(...writers.flat());
        const storage = createSharedStorage(memory, { now: () => 10 });
        expect(await storage.get("k")).toBe(String(newest));
      },
    ),
    { numRuns: 200 * Number(process.env["ROLLGATE_PROPERTY_RUNS"] ?? 1) },
  );
});
