import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DevServer } from "../../src/dev-server";
import { launchWholeChromium } from "../support/chromium";
import { until } from "../support/events";
import { configFor, newContext, openPage, site, startClient, startServer } from "./support/browser";

const sent = (server: DevServer) =>
  server.requests
    .filter(({ method }) => method !== "OPTIONS")
    .map(({ method, path }) => `${method} ${path.replace("/api/v1/sdk/", "")}`);
const names = (server: DevServer) => server.events.map(({ eventName }) => eventName);
const isOpen = (page: Page) =>
  page.waitForFunction(() => window.kit.client.getState().connection === "streaming.open");

test("a page that no cache kept is loaded anew when one goes back; what it had to send came once", async () => {
  const server = await startServer();
  const page = await openPage(await newContext());
  await startClient(page, configFor(server));
  await page.evaluate(() => window.kit.track("before"));
  await page.goto(site.blankUrl);
  await until(() => server.events.length === 1);

  await page.goBack();
  await startClient(page, configFor(server));
  await page.evaluate(() => window.kit.track("after"));
  await page.evaluate(() => window.kit.client.flushEvents());

  expect(names(server)).toEqual(["before", "after"]);
});

// The shell from npm has no such cache: `page-life.test.ts` makes its events by hand.
if (launchWholeChromium !== undefined) describeCache(launchWholeChromium);
else {
  const missing =
    "Debian's package chromium is not installed, and ROLLGATE_CHROMIUM names no other whole one";
  test.skip(`the back-forward cache: ${missing}`, () => {});
}

function describeCache(launch: () => Promise<Browser>): void {
  describe("the back-forward cache", () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser?.close());

    async function open(): Promise<Page> {
      const page = await openPage(await newContext(browser));
      await page.evaluate(() => {
        window.addEventListener("pageshow", () => window.kit.said.push("shown"));
        window.addEventListener("pagehide", () => window.kit.said.push("hidden"));
      });
      return page;
    }
    const goBack = (page: Page) => page.goBack({ waitUntil: "commit" });

    test("takes a streaming page, which asks nothing in there, and is up to date without a burst", async () => {
      const server = await startServer();
      const page = await open();
      const config = { enableStreaming: true, tracking: { persist: true } };
      await startClient(page, configFor(server, config));
      await isOpen(page);
      await page.waitForFunction(() => window.kit.client.getState().refresh === "idle.resting");
      await page.evaluate(() => window.kit.track("before"));
      const before = sent(server).length;

      await page.goto(site.blankUrl);
      await until(() => server.connectedStreams === 0 && server.events.length === 1);
      server.updateFlag("later", { enabled: true });
      // As long as another page needs for what the first one must not do.
      const other = await openPage(await newContext(browser));
      await startClient(other, configFor(server));
      await other.evaluate(() => window.kit.client.refresh());
      expect(sent(server).slice(before)).toEqual(["POST events", "GET flags", "GET flags"]);

      await goBack(page);
      await page.waitForFunction(() => window.kit.client.isEnabled("later"));
      await isOpen(page);
      // Had there been a burst, its requests would stand before this one.
      await page.evaluate(() => window.kit.client.refresh());
      const since = sent(server).slice(before + 3);
      expect(since.filter((what) => what === "GET stream")).toHaveLength(1);
      // A stream that opens well after the fetch of the return asks for what was missed in between.
      expect(since.filter((what) => what === "GET flags").length).toBeLessThanOrEqual(3);
      expect(await page.evaluate(() => window.kit.said)).toEqual([
        "connection streaming.connecting",
        "connection streaming.open",
        "hidden",
        "connection suspended",
        "connection streaming.connecting",
        "shown",
        "connection streaming.open",
      ]);
      expect(names(server)).toEqual(["before"]);
    });

    test("takes a page with events that the server refused, which sends each once when it is back", async () => {
      const server = await startServer();
      const fault = server.faults.add({ route: "events", status: 503 });
      const page = await open();
      const retry = { maxRetries: 0, baseDelayMs: 600_000, maxDelayMs: 600_000 };
      await startClient(page, configFor(server, { retry }));
      await page.evaluate(() => window.kit.track("one", "two"));
      await page.goto(site.blankUrl);
      await until(() => sent(server).includes("POST events"));
      server.faults.remove(fault);

      await goBack(page);
      await page.evaluate(() => window.kit.track("three"));
      await page.evaluate(() => window.kit.codeOf(window.kit.client.flushEvents()));
      await page.evaluate(() => window.kit.client.flushEvents());

      expect(await page.evaluate(() => window.kit.said)).toContain("shown");
      expect(names(server)).toEqual(["one", "two", "three"]);
    });

    test("takes a page whose events are under way, which counts the answer that came meanwhile", async () => {
      const server = await startServer();
      const page = await open();
      await startClient(page, configFor(server), undefined, "still");
      await page.evaluate(() => {
        window.addEventListener("pageshow", () => window.kit.clock.sleep(60_000), {
          capture: true,
        });
        window.kit.track("one");
      });
      await page.goto(site.blankUrl);
      await until(() => server.events.length === 1);

      await goBack(page);
      await page.waitForFunction(() => window.kit.client.getEventStats().pending === 0);

      expect(await page.evaluate(() => window.kit.said)).toEqual([
        "connection manual.resting",
        "hidden",
        "connection suspended",
        "connection manual.resting",
        "shown",
      ]);
      expect(names(server)).toEqual(["one"]);
    });
  });
}
