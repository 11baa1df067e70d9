import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { DevServer } from "../../src/dev-server";
import { until } from "../support/events";
import {
  configFor,
  newContext,
  openHideablePage,
  openPage,
  site,
  startClient,
  startServer,
} from "./support/browser";

const posts = (server: DevServer) =>
  server.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/events"));
const names = (server: DevServer) => server.events.map(({ eventName }) => eventName);
const track = (page: Page, ...eventNames: string[]) =>
  page.evaluate((given) => window.kit.track(...given), eventNames);
/** Until the outbox holds the event. */
const inOutbox = async (eventName: string) => {
  const entries = await window.kit.stored();
  return entries.some(([key, text]) => key.includes(":outbox:") && text.includes(eventName));
};

test("events that wait when the page goes away arrive", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server));
  await track(page, "one", "two", "three");
  await page.goto(site.blankUrl);
  await until(() => server.events.length > 0);
  expect(names(server)).toEqual(["one", "two", "three"]);
  expect(posts(server)).toHaveLength(1);
});

test("events that wait when the tab is closed arrive, though the server is slow", async () => {
  const server = await startServer();
  const context = await newContext();
  await openPage(context);
  const page = await openPage(context);
  await startClient(page, configFor(server));
  server.faults.add({ route: "events", latencyMs: 200 });
  await track(page, "last");
  await page.close();
  await until(() => server.events.length > 0);
  expect(names(server)).toEqual(["last"]);
});

test("events go out at pagehide alone", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server));
  await track(page, "one");
  await page.evaluate(() => void window.dispatchEvent(new PageTransitionEvent("pagehide")));
  await until(() => server.events.length > 0);
  expect(names(server)).toEqual(["one"]);
});

test("events go out when the page is hidden", async () => {
  const server = await startServer();
  const page = await openHideablePage();
  await page.evaluate(`kit.start(${JSON.stringify(configFor(server))})`);
  await page.evaluate(`kit.track("one")`);
  await page.minimize();
  await until(() => server.events.length > 0);
  expect(names(server)).toEqual(["one"]);
  await until(() => page.evaluate(`kit.client.getEventStats().delivered === 1`));
});

test("no body is larger than what browsers carry beyond the page's end", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server, { tracking: { maxBufferSize: 1_000 } }));
  await page.evaluate(() => {
    for (let index = 0; index < 200; index++) {
      const metadata = { text: "é".repeat(500) };
      window.kit.client.track({ flagKey: "beta", eventName: `e${index}`, userId: "u1", metadata });
    }
    return window.kit.client.flushEvents();
  });
  expect(names(server)).toEqual(Array.from({ length: 200 }, (_, index) => `e${index}`));
  const sizes = posts(server).map(({ headers }) => Number(headers["content-length"]));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(60 * 1_024);
  // Full ones, each: an event takes little more than a kilobyte.
  expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(58 * 1_024);
});

test("what was tracked while a batch was under way goes out, too, when the page goes away", async () => {
  const server = await startServer();
  server.faults.add({ route: "events", latencyMs: 1_000, times: 1 });
  const page = await openPage();
  await startClient(page, configFor(server));
  await track(page, "first");
  await page.evaluate(() => void window.kit.client.flushEvents());
  await page.waitForFunction(() => window.kit.client.getState().tracking === "flushing");
  await track(page, "second");
  await page.goto(site.blankUrl);
  await until(() => server.events.length === 2);
  expect(names(server).sort()).toEqual(["first", "second"]);
});

test("what goes out beside a batch under way fits into what is left of the page's quota", async () => {
  const server = await startServer();
  server.faults.add({ route: "events", latencyMs: 1_500, times: 1 });
  const page = await openPage();
  await startClient(page, configFor(server));
  const trackLarge = (from: number) =>
    page.evaluate((first) => {
      const metadata = { text: "x".repeat(10_000) };
      for (let index = first; index < first + 4; index++) {
        window.kit.client.track({
          flagKey: "beta",
          eventName: `e${index}`,
          userId: "u1",
          metadata,
        });
      }
    }, from);
  await trackLarge(0);
  await page.evaluate(() => void window.kit.client.flushEvents());
  await page.waitForFunction(() => window.kit.client.getState().tracking === "flushing");
  await trackLarge(4);
  await page.evaluate(() => void window.dispatchEvent(new PageTransitionEvent("pagehide")));
  await until(() => server.events.length > 0);
  expect(names(server)).toEqual(["e4", "e5"]);
});

test.each([
  ["taken", undefined],
  ["refused", 400],
])("answers are read, so that the page's quota comes back: %s", async (_, status) => {
  const server = await startServer();
  if (status !== undefined) server.faults.add({ route: "events", status });
  const page = await openPage();
  await startClient(page, configFor(server));
  const outcomes = await page.evaluate(async () => {
    const codes: unknown[] = [];
    for (let index = 0; index < 12; index++) {
      const metadata = { text: "x".repeat(30_000) };
      window.kit.client.track({ flagKey: "beta", eventName: "big", userId: "u1", metadata });
      codes.push(await window.kit.codeOf(window.kit.client.flushEvents()));
    }
    return codes;
  });
  expect(outcomes).toEqual(Array(12).fill(undefined) as unknown[]);
  expect(posts(server)).toHaveLength(12);
});

test("persisted events survive a reload", async () => {
  const server = await startServer();
  const fault = server.faults.add({ route: "events", status: 503 });
  const page = await openPage();
  const config = configFor(server, { tracking: { persist: true } });
  await startClient(page, config);
  await track(page, "one");
  await until(() => page.evaluate(inOutbox, "one"));
  await page.reload();
  server.faults.remove(fault);
  await startClient(page, config);
  await page.waitForFunction(() => window.kit.client.getEventStats().accepted === 1);
  await page.evaluate(() => window.kit.client.flushEvents());
  expect(names(server)).toEqual(["one"]);
  await until(async () => {
    const entries = await page.evaluate(() => window.kit.stored());
    return !entries.some(([key]) => key.includes(":outbox:"));
  });
});

test("tabs leave each other's events alone, and an orphan goes to one of them", async () => {
  const server = await startServer();
  const fault = server.faults.add({ route: "events", status: 503 });
  const config = configFor(server, { tracking: { persist: true } });
  const context = await newContext();
  const first = await openPage(context);
  await startClient(first, config);
  await track(first, "of-first");
  await until(() => first.evaluate(inOutbox, "of-first"));

  const second = await openPage(context);
  await startClient(second, config);
  await track(second, "of-second");
  await until(() => second.evaluate(inOutbox, "of-second"));
  const accepted = (page: Page) => page.evaluate(() => window.kit.client.getEventStats().accepted);
  expect(await accepted(second)).toBe(1);

  // The first tab is gone, and two others start at once.
  await first.close();
  const others = await Promise.all([openPage(context), openPage(context)]);
  await Promise.all(others.map((page) => startClient(page, config)));
  await until(async () => {
    const counts = await Promise.all(others.map(accepted));
    return counts.some((count) => count > 0);
  });
  server.faults.remove(fault);
  for (const page of [second, ...others]) {
    await page.evaluate(() => window.kit.client.flushEvents());
    await page.evaluate(() => window.kit.client.close());
  }
  expect(names(server).sort()).toEqual(["of-first", "of-second"]);
});
