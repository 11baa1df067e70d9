import type { Page, Request } from "playwright-core";
import { describe, expect, test } from "vitest";
import { configFor, openPage, startClient, startServer } from "./support/browser";

const user = { id: "u1", email: "u1@example.com", attributes: { plan: "pro" } };

/** The script that reads streams. */
const READER = /\/stream-reader-[^/]*\.js$/;

const isOpen = (page: Page) =>
  page.waitForFunction(() => window.kit.client.getState().connection === "streaming.open");

/** How often a page asks for the reader of streams, by its address. */
function loadsOfReader(page: Page): string[] {
  const urls: string[] = [];
  page.on("request", (request: Request) => {
    if (READER.test(request.url())) urls.push(request.url());
  });
  return urls;
}

describe.each([
  ["polling", { refreshIntervalMs: 50 }],
  ["streaming", { enableStreaming: true }],
] as const)("%s", (mode, options) => {
  test("a change on the server arrives", async () => {
    const server = await startServer();
    const page = await openPage();
    await startClient(page, configFor(server, options));
    if (mode === "streaming") await isOpen(page);
    server.updateFlag("later", { enabled: true });
    await page.waitForFunction(() => window.kit.changes.length > 0);
    const changes = await page.evaluate(() => window.kit.changes);
    expect(changes).toEqual([{ key: "later", value: true, previous: false }]);
    expect(await page.evaluate(() => window.kit.client.isEnabled("later"))).toBe(true);
  });

  test("identify turns a flag on that is targeted by attribute, reset off again", async () => {
    const server = await startServer();
    const page = await openPage();
    await startClient(page, configFor(server, options));
    const isOn = () => page.evaluate(() => window.kit.client.isEnabled("pro-only"));
    expect(await isOn()).toBe(false);
    await page.evaluate((who) => window.kit.client.identify(who), user);
    expect(await isOn()).toBe(true);
    expect(server.users.get("u1")).toEqual(user);
    await page.evaluate(() => window.kit.client.reset());
    expect(await isOn()).toBe(false);
  });
});

test("an open stream replaces polling", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server, { enableStreaming: true, refreshIntervalMs: 50 }));
  await isOpen(page);
  expect(await page.evaluate(() => window.kit.client.getState().nextPollAt)).toBeUndefined();
  expect(server.connectedStreams).toBe(1);
});

test("the first stream loads what reads it; a page that polls never does", async () => {
  const server = await startServer();
  const polling = await openPage();
  const loadsOfPolling = loadsOfReader(polling);
  await startClient(polling, configFor(server));
  await polling.evaluate(() => window.kit.client.refresh());
  const streaming = await openPage();
  const loads = loadsOfReader(streaming);
  await startClient(streaming, configFor(server, { enableStreaming: true }));
  await isOpen(streaming);
  expect([loads.length, loadsOfPolling.length]).toEqual([1, 0]);
});

test("a reader of streams that cannot be loaded is one error, and polling serves", async () => {
  const server = await startServer();
  const page = await openPage();
  await page.route(READER, (route) => route.abort());
  await startClient(
    page,
    configFor(server, {
      enableStreaming: true,
      refreshIntervalMs: 50,
      stream: { reconnectBaseDelayMs: 10 },
    }),
  );
  const attempts = () =>
    page.evaluate(
      () => window.kit.said.filter((what) => what === "connection streaming.backingOff").length,
    );
  await expect.poll(attempts).toBeGreaterThan(1);
  server.updateFlag("later", { enabled: true });
  await page.waitForFunction(() => window.kit.client.isEnabled("later"));
  const errors = await page.evaluate(() =>
    window.kit.said.filter((what) => what.startsWith("error")),
  );
  expect(errors).toEqual(["error STREAM_NOT_LOADED"]);
});
