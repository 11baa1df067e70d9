/** The moments at which a tab that has events to send is left, and the ways to leave it. */
import type { Page } from "playwright-core";
import { until } from "../../support/events";
import type { EventBook } from "./event-book";

/** How many events a run has. */
const EVENTS = 50;
/** Fifty of this size are more than twice what browsers carry beyond a page's end. */
const LARGE_BYTES = 3_000;

/** Every event of a run, in the order of tracking. */
export const NAMES: readonly string[] = Array.from({ length: EVENTS }, (_, n) => `e${n}.`);
const HALF = EVENTS / 2;

export interface Run {
  readonly page: Page;
  readonly book: EventBook;
}

export interface Moment {
  /** Brings a page with a client to that moment. */
  reach(run: Run): Promise<void>;
  /** Whether all that is unsent is stored by then, so that even a crash may follow. */
  readonly stored: boolean;
}

const track = (page: Page, names: readonly string[] = NAMES) =>
  page.evaluate((given) => window.kit.track(...given), names);
const trackLarge = (page: Page) =>
  page.evaluate(([bytes, names]) => window.kit.trackLarge(bytes, ...names), [
    LARGE_BYTES,
    NAMES,
  ] as const);
/** Until the outbox of the only tab holds just these. */
const untilStored = (page: Page, names: readonly string[] = NAMES) =>
  until(async () => {
    const text = (await page.evaluate(() => window.kit.outboxes())).join();
    return NAMES.every((name) => text.includes(`"${name}"`) === names.includes(name));
  });
const startFlush = (page: Page) =>
  page.evaluate(() => {
    window.kit.codeOf(window.kit.client.flushEvents());
  });

export const MOMENTS: Readonly<Record<string, Moment>> = {
  "right after track()": {
    stored: false,
    reach: ({ page }) => track(page),
  },
  "before the first flush": {
    stored: true,
    async reach({ page }) {
      await track(page);
      await untilStored(page);
    },
  },
  "with more to send than the page's quota": {
    stored: true,
    async reach({ page }) {
      await trackLarge(page);
      await untilStored(page);
    },
  },
  "while the answer to a flush is held back": {
    stored: true,
    async reach({ page, book }) {
      book.hold();
      await track(page);
      await untilStored(page);
      await startFlush(page);
      await until(() => book.receipts.length === 1);
    },
  },
  "while more wait than the flush under way has": {
    stored: true,
    async reach({ page, book }) {
      book.hold();
      await track(page, NAMES.slice(0, HALF));
      await startFlush(page);
      await until(() => book.receipts.length === 1);
      await track(page, NAMES.slice(HALF));
      await untilStored(page);
    },
  },
  "between two attempts, with the server down": {
    stored: true,
    async reach({ page, book }) {
      book.refuse();
      await track(page);
      await untilStored(page);
      await startFlush(page);
      await page.waitForFunction(() => window.kit.client.getState().tracking === "backingOff");
    },
  },
  "when half of them are delivered and recorded": {
    stored: false,
    async reach({ page }) {
      await track(page, NAMES.slice(0, HALF));
      await untilStored(page, NAMES.slice(0, HALF));
      await page.evaluate(() => window.kit.client.flushEvents());
      await untilStored(page, []);
      await track(page, NAMES.slice(HALF));
    },
  },
};

export interface Way {
  leave(page: Page, blankUrl: string): Promise<unknown>;
  /** Whether the page gets no word of it. */
  readonly abrupt: boolean;
}

export const WAYS: Readonly<Record<string, Way>> = {
  "closing the tab": { abrupt: false, leave: (page) => page.close() },
  "closing the tab as its user does": {
    abrupt: false,
    async leave(page) {
      const closed = page.waitForEvent("close");
      await page.close({ runBeforeUnload: true });
      await closed;
    },
  },
  "following a link": { abrupt: false, leave: (page, blankUrl) => page.goto(blankUrl) },
  reloading: { abrupt: false, leave: (page) => page.reload() },
  "a crash of the tab": {
    abrupt: true,
    async leave(page) {
      const crashed = page.waitForEvent("crash");
      const session = await page.context().newCDPSession(page);
      session.send("Page.crash").catch(() => {});
      await crashed;
      await page.close();
    },
  },
};
