import { expect, test } from "vitest";
import { until } from "../support/events";
import {
  configFor,
  flagRequests,
  newContext,
  openHideablePage,
  openPage,
  startClient,
  startServer,
} from "./support/browser";

/** Until what `init` fetched is done with: a return right behind it asks no more. */
const rested = () => window.kit.client.getState().refresh === "idle.resting";
const RESTED = `(${rested})()`;

test("offline suspends the connection, online brings one refresh", async () => {
  const server = await startServer();
  const context = await newContext();
  const page = await openPage(context);
  await startClient(page, configFor(server, { refreshIntervalMs: 60_000 }));
  await page.waitForFunction(rested);
  await context.setOffline(true);
  await page.waitForFunction(() => window.kit.client.getState().connection === "suspended");
  const before = flagRequests(server).length;
  server.updateFlag("later", { enabled: true });

  await context.setOffline(false);

  await page.waitForFunction(() => window.kit.client.isEnabled("later"));
  expect(await page.evaluate(() => window.kit.client.getState().connection)).toBe("polling");
  // Had there been a burst, its requests would stand before this one.
  await page.evaluate(() => window.kit.client.refresh());
  expect(flagRequests(server)).toHaveLength(before + 2);
});

test("offline lets go of the stream, online opens it again", async () => {
  const server = await startServer();
  const context = await newContext();
  const page = await openPage(context);
  await startClient(page, configFor(server, { enableStreaming: true }));
  await until(() => server.connectedStreams === 1);
  await context.setOffline(true);
  await until(() => server.connectedStreams === 0);
  server.updateFlag("later", { enabled: true });
  await context.setOffline(false);
  await until(() => server.connectedStreams === 1);
  await page.waitForFunction(() => window.kit.client.isEnabled("later"));
});

test("events wait while the browser is offline, and go out when it is back", async () => {
  const server = await startServer();
  const context = await newContext();
  const page = await openPage(context);
  await startClient(page, configFor(server));
  await context.setOffline(true);
  await page.waitForFunction(() => window.kit.client.getState().connection === "suspended");
  await page.evaluate(() => window.kit.track("one"));
  const flushed = await page.evaluate(() => window.kit.codeOf(window.kit.client.flushEvents()));
  expect(flushed).toBe("OFFLINE");
  await context.setOffline(false);
  await until(() => server.events.length === 1);
});

test("a page that starts offline comes alive when it is online", async () => {
  const server = await startServer();
  const context = await newContext();
  const page = await openPage(context);
  await context.setOffline(true);
  const config = configFor(server, { refreshIntervalMs: 60_000 });
  expect(await startClient(page, config)).toBe("NETWORK_ERROR");
  expect(await page.evaluate(() => window.kit.client.getState().connection)).toBe("suspended");
  await page.waitForFunction(rested);
  await context.setOffline(false);
  await page.waitForFunction(() => window.kit.client.isReady);
  expect(await page.evaluate(() => window.kit.client.isEnabled("beta"))).toBe(true);
});

test("a page that was frozen trusts its old stream no more: it opens another and catches up", async () => {
  const server = await startServer();
  const page = await openHideablePage();
  const config = configFor(server, { enableStreaming: true });
  await page.evaluate(`kit.start(${JSON.stringify(config)})`);
  await until(() => page.evaluate(`kit.client.getState().connection === "streaming.open"`));
  await page.freeze();
  server.updateFlag("later", { enabled: true });
  await page.thaw();
  await until(() => page.evaluate(`kit.client.isEnabled("later")`));
  await until(() => page.evaluate(`kit.client.getState().connection === "streaming.open"`));
  expect(await page.evaluate(`kit.said`)).toEqual([
    "connection streaming.connecting",
    "connection streaming.open",
    "connection suspended",
    "connection streaming.connecting",
    "connection streaming.open",
  ]);
  await until(() => server.connectedStreams === 1);
});

test("a frozen page that polls does one refresh when it is resumed", async () => {
  const server = await startServer();
  const page = await openHideablePage();
  const config = configFor(server, { refreshIntervalMs: 60_000 });
  await page.evaluate(`kit.start(${JSON.stringify(config)})`);
  await until(() => page.evaluate(RESTED));
  await page.freeze();
  server.updateFlag("later", { enabled: true });
  const before = flagRequests(server).length;
  await page.thaw();
  await until(() => page.evaluate(`kit.client.isEnabled("later")`));
  await page.restore();
  await page.evaluate(`kit.client.refresh()`);
  expect(await page.evaluate(`kit.said`)).toEqual([
    "connection polling",
    "connection suspended",
    "connection polling",
  ]);
  expect(flagRequests(server).length - before).toBeLessThanOrEqual(3);
});

test("a page that comes back into view refreshes once", async () => {
  const server = await startServer();
  const page = await openHideablePage();
  const config = configFor(server, { refreshIntervalMs: 60_000 });
  await page.evaluate(`kit.start(${JSON.stringify(config)})`);
  await until(() => page.evaluate(RESTED));
  await page.minimize();
  await until(() => page.evaluate(`document.visibilityState === "hidden"`));
  server.updateFlag("later", { enabled: true });
  expect(flagRequests(server)).toHaveLength(1);
  await page.restore();
  await until(() => page.evaluate(`kit.client.isEnabled("later")`));
  await page.evaluate(`kit.client.refresh()`);
  expect(flagRequests(server)).toHaveLength(3);
});

// The headless shell has no back-forward cache ("BackForwardCacheDisabledForDelegate"):
// its events are made by hand. `back-forward.test.ts` has the real one, for a whole browser.
test("a page in the back-forward cache holds no stream, and catches up when it is shown", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server, { enableStreaming: true }));
  await until(() => server.connectedStreams === 1);
  const show = (type: string) =>
    page.evaluate(
      (name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })),
      type,
    );
  await show("pagehide");
  await until(() => server.connectedStreams === 0);
  server.updateFlag("later", { enabled: true });
  await show("pageshow");
  await until(() => server.connectedStreams === 1);
  await page.waitForFunction(() => window.kit.client.isEnabled("later"));
});

test("a closed client listens to the page no more", async () => {
  const server = await startServer();
  const context = await newContext();
  await context.addInitScript(() => {
    const listeners = new Set<string>();
    Object.assign(window, { listeners });
    for (const prototype of [EventTarget.prototype]) {
      const { addEventListener, removeEventListener } = prototype;
      prototype.addEventListener = function (this: EventTarget, type: string, ...rest: unknown[]) {
        if (this === window || this === document) listeners.add(type);
        return Reflect.apply(addEventListener, this, [type, ...rest]);
      };
      prototype.removeEventListener = function (
        this: EventTarget,
        type: string,
        ...rest: unknown[]
      ) {
        if (this === window || this === document) listeners.delete(type);
        return Reflect.apply(removeEventListener, this, [type, ...rest]);
      };
    }
  });
  const page = await openPage(context);
  const listeners = () =>
    page.evaluate(() => [...(window as unknown as { listeners: Set<string> }).listeners]);
  const before = await listeners();
  await startClient(page, configFor(server));
  expect(await listeners()).toEqual(
    expect.arrayContaining(["online", "offline", "pagehide", "pageshow", "freeze", "resume"]),
  );
  await page.evaluate(() => window.kit.client.close());
  expect(await listeners()).toEqual(before);
});
