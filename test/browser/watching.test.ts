import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pc from "picocolors";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundlePage } from "../../devtools-page.config";
import { type Shop, serveShop } from "../../examples/shop/serve";
import { start } from "../../src/dev-server/start";
import { launchChromium } from "../support/chromium";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** To be looked at: what the test saw. */
const PICTURES = join(root, "node_modules/.cache/screenshots");

let browser: Browser;
let folder: string;
let shop: Shop;
let devtools: Page;
let app: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollgate-watching-"));
  await mkdir(PICTURES, { recursive: true });
  [browser] = await Promise.all([launchChromium(), bundlePage(folder)]);
  shop = await serveShop({
    root: join(root, "examples/shop"),
    client: join(root, "src/index.browser.ts"),
    inspect: join(root, "src/inspect/index.browser.ts"),
    shopPort: 0,
    devServerPort: 0,
    startDevServer: (options) => start(options, pc.createColors(false), folder),
  });
  devtools = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  devtools.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  devtools.on("pageerror", (error) => complaints.push(error.message));
  app = await browser.newPage({ viewport: { width: 1000, height: 720 } });
  app.on("pageerror", (error) => complaints.push(error.message));
  await devtools.goto(shop.server.url);
  await app.goto(shop.url);
  await app.getByText("connection streaming.open").waitFor();
});

afterAll(async () => {
  await browser?.close();
  await shop?.close();
  await rm(folder, { recursive: true, force: true });
});

const go = (view: string) =>
  devtools.evaluate((hash) => {
    location.hash = hash;
  }, view);
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const picture = (page: Page, name: string) =>
  page.screenshot({ path: join(PICTURES, `${name}.png`) });
const rowsOf = (machine: string) => devtools.locator(".timeline .row", { hasText: machine });
const lit = (state: string) => devtools.locator(`[data-state="${state}"][data-lit="true"]`);

test("a flag that is flipped on the page changes the app, and the page shows which machines moved", async () => {
  expect(await app.locator("#checkout").getAttribute("data-kind")).toBe("form");
  await go("/machines?machine=connection");
  await lit("feed.streaming.link.attached.open").waitFor();
  await picture(devtools, "1-streaming");
  await go("/flags");
  const serving = devtools.getByRole("list", { name: "What watched clients serve" });
  expect(await serving.innerText()).toMatch(/browser .* 4 flags from (network|stream)/);
  await devtools.getByRole("switch", { name: "express-checkout enabled" }).click();
  await app.locator('#checkout[data-kind="express"]').waitFor();
  await picture(devtools, "2-flipped");
  await picture(app, "3-app-changed");
  await go("/machines?machine=refresh");
  await rowsOf("refresh").filter({ hasText: "done.fetchFlags" }).first().waitFor();
  await picture(devtools, "4-fetched");
});

test("a broken server opens the circuit, a healed one closes it", async () => {
  await go("/machines?machine=circuit");
  await lit("closed").waitFor();
  await press(devtools, "Server down");
  await lit("open").waitFor();
  for (const machine of ["connection", "circuit"]) {
    expect(await rowsOf(machine).count()).toBeGreaterThan(0);
  }
  await app.getByText("circuit open").waitFor();
  expect(await app.locator("#checkout").getAttribute("data-kind")).toBe("express");
  await picture(devtools, "5-circuit-open");
  await press(devtools, "Server back");
  await lit("half_open").waitFor();
  await lit("closed").waitFor();
  await app.getByText("connection streaming.open").waitFor();
  await picture(devtools, "6-circuit-closed");
  await go("/machines?machine=freshness");
  await lit("age.live").waitFor();
  await picture(devtools, "7-freshness");
});

test("25 events of the app are 25 accepted and 25 delivered in the page's totals", async () => {
  for (let i = 0; i < 25; i++) await app.getByRole("button", { name: "Add Stoneware mug" }).click();
  await go("/activity");
  const books = devtools.getByRole("row", { name: /browser/ });
  await expect.poll(() => books.innerText(), { timeout: 20_000 }).toMatch(/25\s+25\s+0\s+0/);
  const received = devtools.getByText("Events the server accepted").locator("..");
  expect(await received.innerText()).toContain("25");
  expect(shop.server.events).toHaveLength(25);
  await picture(devtools, "8-totals");
});

test("an app that is closed is shown as gone, and the page complains of nothing", async () => {
  await app.close();
  await go("/machines");
  await devtools.locator(".presence.gone").waitFor();
  await picture(devtools, "9-gone");
  expect(complaints).toEqual([]);
});
