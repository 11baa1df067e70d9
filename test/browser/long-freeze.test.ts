import { expect, test } from "vitest";
import { until } from "../support/events";
import type { BarePage } from "./support/bare-page";
import {
  configFor,
  flagRequests,
  newContext,
  openHideablePage,
  openPage,
  startClient,
  startServer,
} from "./support/browser";

const DAY_MS = 86_400_000;
/** Until what `init` fetched is done with; time stands still else. */
const rest = (page: BarePage) =>
  until(() =>
    page.evaluate(`kit.clock.advance(10), kit.client.getState().refresh === "idle.resting"`),
  );
const start = (page: BarePage, config: object) =>
  page.evaluate(`kit.start(${JSON.stringify(config)}, undefined, "still")`);

/** Freezes the page, for a day as far as its client can tell. */
async function freezeForADay(page: BarePage): Promise<void> {
  await page.evaluate(
    `window.addEventListener("resume", () => kit.clock.sleep(${DAY_MS}), { capture: true, once: true })`,
  );
  await page.freeze();
}

test("a page frozen for a day knows that its flags are old, and asks once when it runs again", async () => {
  const server = await startServer();
  const page = await openHideablePage();
  await start(page, configFor(server, { refreshIntervalMs: 60_000 }));
  await rest(page);
  const isStale = () => page.evaluate(`kit.client.isEnabledDetail("beta").stale`);
  expect(await isStale()).toBe(false);
  await freezeForADay(page);
  const fault = server.faults.add({ route: "flags", status: 503 });
  const before = flagRequests(server).length;
  await page.thaw();

  await until(() => page.evaluate(`kit.said.some((what) => what.startsWith("error"))`));
  expect(await page.evaluate(`kit.client.isEnabled("beta")`)).toBe(true);
  expect(await isStale()).toBe(true);
  expect(flagRequests(server)).toHaveLength(before + 1);
  server.faults.remove(fault);
  await page.evaluate(`kit.client.refresh()`);
  expect(await isStale()).toBe(false);
  // Had there been a burst, its requests would stand before this one.
  expect(flagRequests(server)).toHaveLength(before + 2);
});

test("a page frozen for longer than flags may serve gives defaults until it has heard from the server", async () => {
  const server = await startServer();
  const page = await openHideablePage();
  await start(page, configFor(server, { refreshIntervalMs: 60_000, maxStalenessMs: 3_600_000 }));
  await rest(page);
  await freezeForADay(page);
  const fault = server.faults.add({ route: "flags", status: 503 });
  await page.thaw();

  await until(() => page.evaluate(`kit.said.some((what) => what.startsWith("error"))`));
  expect(await page.evaluate(`kit.client.isEnabledDetail("beta")`)).toMatchObject({
    value: false,
    reason: { kind: "ERROR", errorKind: "STALE" },
  });
  server.faults.remove(fault);
  await page.evaluate(`kit.client.refresh()`);
  expect(await page.evaluate(`kit.client.isEnabled("beta")`)).toBe(true);
});

test("a streaming page frozen for a day opens one stream again and fetches once", async () => {
  const server = await startServer();
  const page = await openHideablePage();
  await start(page, configFor(server, { enableStreaming: true, refreshIntervalMs: 60_000 }));
  await until(() => page.evaluate(`kit.client.getState().connection === "streaming.open"`));
  await rest(page);
  await page.evaluate(`kit.track("before")`);
  await freezeForADay(page);
  server.updateFlag("later", { enabled: true });
  const requests = () => server.requests.filter(({ method }) => method === "GET").length;
  const before = requests();
  await page.thaw();

  await until(() => page.evaluate(`kit.client.isEnabled("later")`));
  await until(() => page.evaluate(`kit.client.getState().connection === "streaming.open"`));
  await until(() => page.evaluate(`kit.client.getState().tracking === "idle"`));
  await page.evaluate(`kit.client.refresh()`);
  // The stream, what was missed, and the last one here.
  expect(requests()).toBe(before + 3);
  expect(server.events.map(({ eventName }) => eventName)).toEqual(["before"]);
});

test("a network that comes and goes costs one fetch at most for each return", async () => {
  const server = await startServer();
  const context = await newContext();
  const page = await openPage(context);
  await startClient(page, configFor(server, { refreshIntervalMs: 60_000 }), undefined, "still");
  const before = flagRequests(server).length;
  for (let times = 0; times < 10; times++) {
    await context.setOffline(true);
    await page.waitForFunction(() => window.kit.client.getState().connection === "suspended");
    await context.setOffline(false);
    await page.waitForFunction(() => window.kit.client.getState().connection === "polling");
  }
  await page.evaluate(() => window.kit.client.refresh());
  expect(flagRequests(server).length - before).toBeLessThanOrEqual(11);
});
