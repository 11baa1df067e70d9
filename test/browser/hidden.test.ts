/**
 * Tabs in the background: a few minutes after they were hidden, browsers run their
 * timers once a minute, all that are due together. The page is really hidden here;
 * its time is virtual, so that an hour of it takes a moment. The long run (`npm run
 * test:soak`) adds minutes of a browser's own slow timers.
 */
import { expect, onTestFinished, test } from "vitest";
import type { DevServer } from "../../src/dev-server";
import { launchThrottlingChromium } from "../support/chromium";
import { until } from "../support/events";
import type { BarePage } from "./support/bare-page";
import { configFor, openHideablePage, startServer } from "./support/browser";

const start = (page: BarePage, config: object) =>
  page.evaluate(`kit.start(${JSON.stringify(config)}, undefined, "still")`);
const state = (page: BarePage) =>
  page.evaluate<{ connection: string; refresh: string; tracking: string; telemetry: string }>(
    "kit.client.getState()",
  );

/** Until nothing is under way. */
const rest = (page: BarePage) =>
  until(async () => {
    const { refresh, tracking, telemetry } = await state(page);
    return refresh.startsWith("idle") && [tracking, telemetry].every((what) => what !== "flushing");
  });

/** Minutes pass in a hidden tab. */
async function pass(page: BarePage, minutes: number, each = ""): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await page.evaluate(`${each}, kit.clock.sleep(60_000)`.replace(/^, /, ""));
    await rest(page);
  }
}

async function openHidden(config: object) {
  const server = await startServer();
  const page = await openHideablePage();
  await start(page, configFor(server, config));
  await rest(page);
  // Flags that have just come are not asked for again.
  await page.evaluate("kit.clock.advance(1_000)");
  await page.minimize();
  await until(() => page.evaluate(`document.visibilityState === "hidden"`));
  return { server, page, count: (what: string) => countOf(server, what) };
}

/** How often a `GET stream`, a `POST events` and so on arrived. */
const countOf = (server: DevServer, what: string) =>
  server.requests.filter(({ method, path }) => `${method} ${path.split("/").at(-1)}` === what)
    .length;

test("a hidden tab polls once a minute at most, and is never more than two minutes behind", async () => {
  const { server, page, count } = await openHidden({ refreshIntervalMs: 30_000 });
  await pass(page, 20);
  const polls = count("GET flags") - 1;
  expect(polls).toBeLessThanOrEqual(20);
  expect(polls).toBeGreaterThanOrEqual(19);
  server.updateFlag("later", { enabled: true });
  await pass(page, 2);
  expect(await page.evaluate(`kit.client.isEnabled("later")`)).toBe(true);
});

test("a hidden tab keeps its stream, and asks for nothing beside it", async () => {
  const { server, page, count } = await openHidden({
    enableStreaming: true,
    // The server's heartbeats come in real time.
    stream: { idleTimeoutMs: 7_200_000 },
    telemetry: { flushIntervalMs: 30_000 },
  });
  await until(async () => (await state(page)).connection === "streaming.open");
  await page.evaluate("kit.clock.advance(1_000)");
  await rest(page);
  const before = count("GET flags");
  await pass(page, 20, `kit.client.isEnabled("beta"), kit.track("seen")`);
  expect(count("GET stream")).toBe(1);
  expect(count("GET flags")).toBe(before);
  expect(server.connectedStreams).toBe(1);
  expect(server.events).toHaveLength(20);
  expect(count("POST telemetry")).toBeGreaterThanOrEqual(19);
});

test("a tab that was opened in the background keeps its stream just so", async () => {
  const server = await startServer();
  const page = await openHideablePage();
  await page.minimize();
  await until(() => page.evaluate(`document.visibilityState === "hidden"`));
  await start(page, configFor(server, { enableStreaming: true }));
  await until(async () => (await state(page)).connection === "streaming.open");
  await pass(page, 2, `kit.track("seen")`);
  await until(() => server.events.length === 2);
  await page.evaluate("kit.client.refresh()");
  expect(countOf(server, "GET stream")).toBe(1);
});

test("a hidden tab that is shown again asks once", async () => {
  const { page, count } = await openHidden({ refreshIntervalMs: 30_000 });
  await pass(page, 5);
  await page.evaluate("kit.clock.advance(1_000)");
  const before = count("GET flags");
  await page.restore();
  await until(() => page.evaluate(`document.visibilityState === "visible"`));
  await rest(page);
  await page.evaluate("kit.client.refresh()");
  expect(count("GET flags")).toBe(before + 2);
});

test("a machine that slept under a hidden tab is noticed: another stream, one fetch", async () => {
  const { page, count } = await openHidden({ enableStreaming: true });
  await until(async () => (await state(page)).connection === "streaming.open");
  await page.evaluate(`kit.clock.advance(1_000), kit.track("seen")`);
  await rest(page);
  const before = count("GET flags");
  await page.evaluate("kit.clock.sleep(7_200_000)");
  await until(() => count("GET stream") === 2);
  await until(async () => (await state(page)).connection === "streaming.open");
  await page.evaluate("kit.client.refresh()");
  // A stream that opens after the fetch of the return asks for what was missed in between.
  expect(count("GET flags") - before).toBeLessThanOrEqual(3);
  expect(count("GET stream")).toBe(2);
});

/** Real minutes, which only the long run takes. */
const MINUTES = 4;
/** On the page: `slowMinute()` waits until a short timer has taken most of a minute. */
const SLOW_MINUTES = `
  let slow = () => {};
  (function tick(last) {
    setTimeout(() => {
      if (performance.now() - last > 50_000) slow();
      tick(performance.now());
    }, 300);
  })(performance.now());
  window.slowMinute = () => new Promise((resolve) => { slow = resolve; });
`;
if (process.env["ROLLGATE_SOAK_RUNS"] !== undefined) {
  test("a tab whose timers the browser slows down polls once a minute, keeps its stream and sends its events", async () => {
    const slowing = await launchThrottlingChromium();
    onTestFinished(() => slowing.close());
    const servers = [await startServer(), await startServer()] as const;
    const [polled, streamed] = servers;
    const pages = await Promise.all(servers.map(() => openHideablePage(slowing)));
    const [poller, streamer] = pages as [BarePage, BarePage];
    const run = (page: BarePage, config: object) =>
      page.evaluate(`kit.start(${JSON.stringify(config)})`);
    await run(poller, configFor(polled, { refreshIntervalMs: 5_000 }));
    await run(streamer, configFor(streamed, { enableStreaming: true }));
    await until(async () => (await state(streamer)).connection === "streaming.open");
    for (const page of pages) await page.minimize();
    await poller.evaluate(SLOW_MINUTES);
    const slowMinute = () => poller.evaluate("slowMinute()");
    await slowMinute();
    const polls = countOf(polled, "GET flags");
    const fetches = countOf(streamed, "GET flags");
    for (let minute = 1; minute < MINUTES; minute++) {
      await streamer.evaluate(`kit.track("minute ${minute}")`);
      await slowMinute();
    }
    const now = countOf(polled, "GET flags") - polls;
    expect(now).toBeGreaterThanOrEqual(MINUTES - 2);
    expect(now).toBeLessThanOrEqual(MINUTES);
    expect(countOf(streamed, "GET stream")).toBe(1);
    expect(countOf(streamed, "GET flags")).toBe(fetches);
    await until(() => streamed.events.length === MINUTES - 1);
  }, 600_000);
}
