import type { Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registers, startRelay } from "../integration/inspect/kit";
import { until } from "../support/events";
import { configFor, openPage, startClient, startServer } from "./support/browser";
import { type PageServer, startPageServer } from "./support/page-server";

/** Where receivers are: another origin than the site's, and one more. */
let inspectorSite: PageServer;
let elsewhere: PageServer;

beforeAll(async () => {
  [inspectorSite, elsewhere] = await Promise.all([startPageServer(), startPageServer()]);
});

afterAll(async () => {
  await inspectorSite?.close();
  await elsewhere?.close();
});

const MACHINES = 11;

/** A page with a client that runs. */
async function watchedPage(): Promise<Page> {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server), { id: "u1", attributes: { plan: "pro" } });
  return page;
}

/** Attaches an inspector and waits for its window. */
async function openInspector(page: Page, url = inspectorSite.receiverUrl): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await page.evaluate((to) => window.kit.inspect({ url: to }), url);
  return opened;
}

/** Waits until a receiver knows all actors; their names with the states they were last seen in. */
async function statesIn(receiver: Page | Frame) {
  await receiver.waitForFunction(
    (count) => window.received?.filter(({ type }) => type === "@xstate.actor").length >= count,
    MACHINES,
  );
  return receiver.evaluate(() => {
    const names = new Map<string, string>();
    const states = new Map<string, unknown>();
    for (const event of window.received) {
      if (event.type === "@xstate.actor") names.set(event.sessionId, event.name);
      if (event.type === "@xstate.event") continue;
      states.set(names.get(event.sessionId) ?? "", (event.snapshot as { value?: unknown }).value);
    }
    return Object.fromEntries(states);
  });
}

test("shows a running client in a window of another origin, and goes on", async () => {
  const page = await watchedPage();
  const inspector = await openInspector(page);
  const states = await statesIn(inspector);
  expect(Object.keys(states)).toHaveLength(MACHINES);
  const { value } = await page.evaluate(() => ({
    value: window.kit.client.actor.getSnapshot().value,
  }));
  expect(states["client"]).toEqual(value);
  await page.evaluate(() => window.kit.client.setOffline(true));
  await inspector.waitForFunction(() =>
    window.received.some(
      (event) => event.type === "@xstate.event" && event.event.type === "go.offline",
    ),
  );
  expect(await page.evaluate(() => window.kit.troubles)).toEqual([]);
});

test("shows all actors again to a window that was loaded anew, or closed and opened by start()", async () => {
  const page = await watchedPage();
  const inspector = await openInspector(page);
  await statesIn(inspector);
  await inspector.reload();
  expect(Object.keys(await statesIn(inspector))).toHaveLength(MACHINES);
  await inspector.close();
  await page.evaluate(() => window.kit.client.setOffline(true));
  const opened = page.waitForEvent("popup");
  await page.evaluate(() => window.kit.inspector.start());
  const again = await opened;
  const states = await statesIn(again);
  expect(states["connection"]).toMatchObject({ feed: "suspended" });
});

test("tells nothing to a page of another origin in that window, whatever that says", async () => {
  const page = await watchedPage();
  const inspector = await openInspector(page);
  await statesIn(inspector);
  await inspector.goto(elsewhere.receiverUrl);
  await inspector.evaluate(() => {
    const later = new Promise((resolve) =>
      addEventListener("message", ({ data }) => data === "later" && resolve(data)),
    );
    Object.assign(window, { later });
  });
  await page.evaluate(() => window.kit.client.refresh());
  // Whatever was posted before has arrived when this has.
  await page.evaluate(() => window.open("", "rollgate-inspector")?.postMessage("later", "*"));
  await inspector.evaluate(() => (window as unknown as { later: Promise<unknown> }).later);
  expect(await inspector.evaluate(() => window.received)).toEqual([]);
});

test("shows a client in a frame of the page", async () => {
  const page = await watchedPage();
  await page.evaluate((url) => {
    const iframe = document.createElement("iframe");
    document.body.append(iframe);
    window.kit.inspect({ url, iframe });
  }, inspectorSite.receiverUrl);
  await expect
    .poll(() => page.frames().map((frame) => frame.url()))
    .toContain(inspectorSite.receiverUrl);
  const frame = page.frames().find((one) => one.url() === inspectorSite.receiverUrl);
  if (frame === undefined) throw new Error("The frame is gone.");
  expect(Object.keys(await statesIn(frame as never))).toHaveLength(MACHINES);
});

test("shows a client in a window that the app opened", async () => {
  const page = await watchedPage();
  const opened = page.waitForEvent("popup");
  await page.evaluate((url) => {
    const own = window.open(url);
    if (own !== null) window.kit.inspect({ url, window: own });
  }, inspectorSite.receiverUrl);
  const inspector = await opened;
  expect(Object.keys(await statesIn(inspector))).toHaveLength(MACHINES);
});

test("says that its window was not let open, and opens it when it is started again", async () => {
  const page = await watchedPage();
  await page.evaluate((url) => {
    const { open } = window;
    window.open = () => null;
    window.kit.inspect({ url });
    window.open = open;
  }, inspectorSite.receiverUrl);
  expect(await page.evaluate(() => window.kit.troubles)).toEqual([
    "The browser did not let the inspector open its window: allow pop-ups, or call start() when a person clicks.",
  ]);
  const opened = page.waitForEvent("popup");
  await page.evaluate(() => window.kit.inspector.start());
  expect(Object.keys(await statesIn(await opened))).toHaveLength(MACHINES);
});

test("sends to a WebSocket", async () => {
  const relay = await startRelay();
  const page = await watchedPage();
  await page.evaluate((url) => window.kit.inspect({ url }), relay.url);
  await relay.seen(registers("outbox"));
  expect(relay.actors().size).toBe(MACHINES);
  await page.evaluate(() => window.kit.client.refresh());
  const { value } = await page.evaluate(() => ({
    value: window.kit.client.actor.getSnapshot().value,
  }));
  await until(() => JSON.stringify(relay.stateOf("client")) === JSON.stringify(value));
});
