import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../support/events";
import { configFor, newContext, openPage, startClient, startServer } from "./support/browser";
import { copiesOf, type EventBook, startEventBook } from "./support/event-book";

const eventsOf = (tab: string) => Array.from({ length: 20 }, (_, n) => `${tab}${n}.`);
const once = (names: readonly string[]) => new Map(names.map((name) => [name, 1]));
const configOf = (book: EventBook) =>
  configFor(book, {
    tracking: { persist: true },
    retry: { maxRetries: 0, baseDelayMs: 600_000, maxDelayMs: 600_000 },
  });

/** Time stands still, so that on a busy machine no storage is given up. */
const start = (page: Page, book: EventBook) =>
  startClient(page, configOf(book), undefined, "still");
const letSave = (page: Page) => page.evaluate(() => window.kit.clock.advance(500));
const track = (page: Page, names: readonly string[]) =>
  page.evaluate((given) => window.kit.track(...given), names);
const accepted = (page: Page) => page.evaluate(() => window.kit.client.getEventStats().accepted);
const untilStored = (page: Page, names: readonly string[]) =>
  until(async () => {
    await letSave(page);
    const text = (await page.evaluate(() => window.kit.outboxes())).join();
    return names.every((name) => text.includes(`"${name}"`));
  });
/** Sends in all tabs until nothing is left that one of them has. */
const sendAll = (pages: readonly Page[]) =>
  until(async () => {
    await Promise.all(pages.map((page) => page.evaluate(() => window.kit.client.flushEvents())));
    await Promise.all(pages.map(letSave));
    return (await pages[0]?.evaluate(() => window.kit.outboxes()))?.length === 0;
  });
/** Of storage; a server that is away is another matter. */
const complaints = (page: Page) =>
  page.evaluate(() => window.kit.messages.filter((message) => message.includes("storage")));

/** A tab of a profile whose events wait in storage. */
async function openTab(context: BrowserContext, book: EventBook, events: readonly string[]) {
  const page = await openPage(context);
  await start(page, book);
  await track(page, events);
  await untilStored(page, events);
  return page;
}

describe.each([
  ["with Web Locks", ""],
  [
    "without Web Locks",
    `Object.defineProperty(Navigator.prototype, "locks", { value: undefined });`,
  ],
])("%s", (_, script) => {
  const openProfile = async () => {
    const context = await newContext();
    if (script !== "") await context.addInitScript(script);
    return context;
  };

  test("tabs that track and send side by side deliver every event once", async () => {
    const book = await startEventBook();
    const context = await openProfile();
    const first = await openTab(context, book, eventsOf("a"));
    // Starts while the other one's events are in storage.
    const second = await openTab(context, book, eventsOf("b"));
    await Promise.all([track(first, eventsOf("c")), track(second, eventsOf("d"))]);
    await untilStored(first, eventsOf("c"));
    await sendAll([first, second]);
    for (const page of [first, second]) await page.evaluate(() => window.kit.client.close());

    expect(copiesOf(book)).toEqual(once(["a", "b", "c", "d"].flatMap(eventsOf)));
    expect([...(await complaints(first)), ...(await complaints(second))]).toEqual([]);
  });

  test("what closed tabs left goes to one of the tabs that start at once, while others live on", async () => {
    const book = await startEventBook();
    book.refuse();
    const context = await openProfile();
    const living = await openTab(context, book, eventsOf("living"));
    const closed = ["a", "b", "c"];
    const pages = await Promise.all(closed.map((tab) => openTab(context, book, eventsOf(tab))));
    const { refused } = book;
    await Promise.all(pages.map((page) => page.close()));
    await until(() => book.refused === refused + pages.length);
    await living.waitForFunction(async () => {
      const { held = [] } = (await navigator.locks?.query()) ?? {};
      return held.length <= 1;
    });

    const heirs = await Promise.all(closed.map(() => openPage(context)));
    await Promise.all(heirs.map((page) => start(page, book)));
    await until(async () => {
      const counts = await Promise.all(heirs.map(accepted));
      return counts.reduce((sum, count) => sum + count) === closed.flatMap(eventsOf).length;
    });
    book.take();
    await sendAll([living, ...heirs]);

    expect(copiesOf(book)).toEqual(once(["living", ...closed].flatMap(eventsOf)));
  });
});

test("of many that try a lock made of databases one has it, and none while its tab lives", async () => {
  const context = await newContext();
  const page = await openPage(context);
  expect(await page.evaluate(() => window.kit.contend(10, "lock"))).toBe(1);
  const second = await openPage(context);
  expect(await second.evaluate(() => window.kit.contend(1, "lock"))).toBe(0);
  await page.close();
  const third = await openPage(context);
  await until(() => third.evaluate(() => window.kit.contend(1, "lock")));
});

test("tabs of two users keep the flags of each side by side", async () => {
  const server = await startServer();
  const context = await newContext();
  const users = [
    { id: "u1", attributes: { plan: "pro" } },
    { id: "u2", attributes: { plan: "free" } },
  ];
  const start = async () => {
    const pages = await Promise.all(users.map(() => openPage(context)));
    await Promise.all(pages.map((page, n) => startClient(page, configFor(server), users[n])));
    return pages;
  };
  const pages = await start();
  await until(() =>
    pages[0]?.evaluate(async () => {
      const entries = await window.kit.stored();
      return entries.filter(([key]) => key.includes(":flags:")).length === 2;
    }),
  );
  server.faults.add({ drop: true });

  const details = await Promise.all(
    (await start()).map((page) =>
      page.evaluate(() => window.kit.client.isEnabledDetail("pro-only")),
    ),
  );

  expect(details).toMatchObject([
    { value: true, source: "cache" },
    { value: false, source: "cache" },
  ]);
});
