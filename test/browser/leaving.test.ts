import { afterAll, expect, test } from "vitest";
import { until } from "../support/events";
import { configFor, newContext, openPage, site, startClient } from "./support/browser";
import { copiesOf, type EventBook, sentForNothing, startEventBook } from "./support/event-book";
import { MOMENTS, type Moment, NAMES, WAYS, type Way } from "./support/leaving";

const cells = Object.entries(MOMENTS).map(([name, moment]) => {
  // What is not stored yet cannot survive a page that gets no word.
  const ways = Object.entries(WAYS).filter(([, { abrupt }]) => moment.stored || !abrupt);
  return [name, { moment, ways }] as const;
});
/** The least number of runs in all; without it every way is tried once at each moment. */
const WANTED = Number(process.env["ROLLGATE_SOAK_RUNS"] ?? 1);
const ROUNDS = Math.ceil(WANTED / cells.reduce((sum, [, { ways }]) => sum + ways.length, 0));
/** Runs side by side. */
const AT_ONCE = 7;

const figures = { runs: 0, tracked: 0, arrived: 0, twice: 0, forNothing: 0 };

afterAll(() => {
  if (WANTED > 1) process.stdout.write(`leaving a tab: ${JSON.stringify(figures)}\n`);
});

const configOf = (book: EventBook) =>
  configFor(book, {
    tracking: { persist: true },
    retry: { maxRetries: 0, baseDelayMs: 600_000, maxDelayMs: 600_000 },
  });

/** Leaves a page at that moment, and comes back to the site. */
async function leaveAndReturn(moment: Moment, way: Way): Promise<EventBook> {
  const book = await startEventBook();
  const context = await newContext();
  // A profile whose last page is closed may be given up.
  await context.newPage();
  const page = await openPage(context);
  await startClient(page, configOf(book));
  await moment.reach({ page, book });
  book.turnPage();
  await way.leave(page, site.blankUrl);
  const next = await openPage(context);
  await next.waitForFunction(async () => {
    const { held = [] } = await navigator.locks.query();
    return held.length === 0;
  });
  // A server that is down is so for the last that the page sends, too.
  book.take();
  await startClient(next, configOf(book));
  await until(() =>
    next.evaluate(async () => {
      await window.kit.client.flushEvents();
      return (await window.kit.outboxes()).length === 0;
    }),
  );
  return book;
}

test.each(cells)(
  "a tab left %s loses no event, and none is sent again of which it could know",
  async (_, { moment, ways }) => {
    const waiting = Array.from({ length: ROUNDS }, () => ways).flat();
    async function work() {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [name, way] = next;
        const book = await leaveAndReturn(moment, way);
        // What a page that is gone has sent may still be on its way.
        await until(() => NAMES.every((event) => copiesOf(book).has(event)));
        const again = sentForNothing(book);
        expect(again, name).toEqual([]);
        const copies = [...copiesOf(book).values()];
        figures.runs++;
        figures.tracked += NAMES.length;
        figures.arrived += copies.length;
        figures.twice += copies.filter((count) => count > 1).length;
        figures.forNothing += again.length;
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  },
  20_000 + ROUNDS * 10_000,
);
