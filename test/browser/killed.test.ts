import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { launchKillableChromium } from "../support/chromium";
import { until } from "../support/events";
import { configFor, site, startClient } from "./support/browser";
import { copiesOf, type EventBook, startEventBook } from "./support/event-book";

/** The least number of runs of the long version. */
const WANTED = Number(process.env["ROLLGATE_SOAK_RUNS"] ?? 1);
const RUNS = Math.max(2, Math.ceil(WANTED / 5));

const figures = { kills: 0, tracked: 0, stored: 0, arrived: 0, oldestLostMs: 0 };

afterAll(() => {
  if (WANTED > 1) process.stdout.write(`killing the browser: ${JSON.stringify(figures)}\n`);
});

/** When each event was tracked, by name. */
type Log = Readonly<Record<string, number>>;

declare global {
  interface Window {
    tracked: Record<string, number>;
  }
}

const configOf = (book: EventBook) =>
  configFor(book, { tracking: { persist: true, maxBufferSize: 1_000 } });

async function openSite(profile: string) {
  const { browser, kill } = await launchKillableChromium(profile);
  const [context] = browser.contexts();
  if (context === undefined) throw new Error("The browser has no profile.");
  const page = await context.newPage();
  await page.goto(site.url);
  return { page, kill };
}

/** An event every few milliseconds, until the end. */
const trackSteadily = (page: Page) =>
  page.evaluate(() => {
    window.tracked = {};
    let count = 0;
    setInterval(() => {
      const name = `e${count++}.`;
      window.tracked[name] = Date.now();
      window.kit.track(name);
    }, 5);
  });

/** Kills a browser once that many events were tracked, and starts it again. */
async function killAndReturn(count: number): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), "rollgate-profile-"));
  const book = await startEventBook();
  const kills: (() => Promise<void>)[] = [];
  try {
    const first = await openSite(profile);
    kills.push(first.kill);
    await startClient(first.page, configOf(book));
    await trackSteadily(first.page);
    await first.page.waitForFunction((least) => Object.keys(window.tracked).length >= least, count);
    await until(() => first.page.evaluate(() => window.kit.outboxes().then((texts) => texts[0])));
    const [texts, tracked] = await first.page.evaluate(
      async () => [await window.kit.outboxes(), window.tracked] as const,
    );
    const at = Date.now();
    await first.kill();

    const second = await openSite(profile);
    kills.push(second.kill);
    await startClient(second.page, configOf(book));
    await until(() =>
      second.page.evaluate(async () => {
        await window.kit.client.flushEvents();
        return (await window.kit.outboxes()).length === 0;
      }),
    );
    judge(book, tracked, texts.join(), at);
  } finally {
    for (const kill of kills) await kill();
    await rm(profile, { recursive: true, force: true });
  }
}

function judge(book: EventBook, tracked: Log, stored: string, at: number): void {
  const copies = copiesOf(book);
  const names = Object.keys(tracked);
  const seen = names.filter((name) => stored.includes(`"${name}"`));
  const lost = names.filter((name) => !copies.has(name));
  expect(lost.filter((name) => seen.includes(name))).toEqual([]);
  expect([...copies].filter(([, count]) => count > 1)).toEqual([]);
  figures.kills++;
  figures.tracked += names.length;
  figures.stored += seen.length;
  figures.arrived += copies.size;
  const ages = lost.map((name) => at - (tracked[name] ?? at));
  figures.oldestLostMs = Math.max(figures.oldestLostMs, ...ages);
}

test(
  "a browser that is killed has kept every event that was stored, and sends each once when it is back",
  async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 500 }), killAndReturn), {
      numRuns: RUNS,
      endOnFailure: true,
    });
  },
  30_000 + RUNS * 10_000,
);
