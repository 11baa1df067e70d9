import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type DevServer, startDevServer } from "../../../src/dev-server";
import { launchChromium } from "../../support/chromium";
import { type FrameworksSite, RECIPES, startFrameworksSite } from "./support/site";

let browser: Browser;
let site: FrameworksSite;
let server: DevServer;

const text = (value: string) => ({
  enabled: true,
  type: "string" as const,
  variations: [{ id: "one", value }],
});

beforeAll(async () => {
  [browser, site] = await Promise.all([launchChromium(), startFrameworksSite()]);
});

afterEach(() => server?.close());

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

test("there is a recipe for each framework", () => {
  expect(RECIPES).toEqual(["vue", "svelte-store", "svelte-runes", "solid", "angular"]);
});

test.each(RECIPES)("%s shows a flag, again when it changes, and lets go of it", async (name) => {
  server = await startDevServer({
    flags: { flags: { banner: text("Welcome"), other: { enabled: false } } },
  });
  const context = await browser.newContext();
  const uncaught: string[] = [];
  context.on("weberror", (error) => uncaught.push(String(error.error())));
  const page = await context.newPage();
  await page.goto(site.url);
  await page.evaluate(
    ([baseUrl, framework]) => {
      const config = { apiKey: "dev-key", baseUrl, typedFlags: true, enableStreaming: true };
      return window.page.start(config).then(() => window.page.show(framework));
    },
    [server.url, name] as const,
  );
  const untilShown = (wanted: string) =>
    page.waitForFunction(([id, shown]) => window.page.textOf(id ?? "") === shown, [name, wanted]);
  const counts = () =>
    page.evaluate(() => {
      const { reads, changes, listeners } = window.page;
      return { reads, changes, listeners };
    });
  await untilShown("Welcome");
  await page.waitForFunction(() => window.page.client.getState().connection === "streaming.open");
  await page.evaluate((id) => window.page.observe(id), name);
  expect(await counts()).toEqual({ reads: 1, changes: 0, listeners: 1 });

  server.updateFlag("other", { enabled: true });
  await page.waitForFunction(() => window.page.client.isEnabled("other"));
  server.updateFlag("banner", { ...text("Welcome back") });
  await untilShown("Welcome back");
  expect(await counts()).toEqual({ reads: 2, changes: 1, listeners: 1 });

  await page.evaluate(() => window.page.hide());
  await page.waitForFunction(() => window.page.listeners === 0);
  await page.evaluate(() => window.page.client.setOverride("banner", "Nobody hears"));
  expect((await counts()).reads).toBe(2);
  expect(uncaught).toEqual([]);
  await context.close();
});
