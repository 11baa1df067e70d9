import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { connectionMachine } from "../../machines";
import { FLAGS, startDevtools } from "./support/devtools-kit";
import { flood } from "./support/flood";

const lit = (path: string) => `[data-state="${path}"][data-lit="true"]`;
const rows = (page: Page) => page.locator(".timeline .row");
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const VIEWS = ["machines", "timeline", "flags", "activity", "requests", "break"];

describe("machines", () => {
  test("the chart lights the current state, and shows the way into the next", async () => {
    const { watch, open } = await startDevtools();
    const client = await watch("p1");
    const page = await open("/machines?machine=connection");
    await page.waitForSelector(lit("feed.polling"));

    client.setOffline(true);
    await page.waitForSelector(lit("feed.suspended"));
    expect(await page.locator(lit("feed.polling")).count()).toBe(0);
    expect(await page.locator(".edge.taken .said").allTextContents()).toEqual(["suspend"]);
    expect(await motion(page)).not.toBe("none");
    expect(await rows(page).first().textContent()).toContain("polling → suspended");
    expect(await page.locator(".card[aria-pressed=true]").textContent()).toContain("suspended");
    expect(await page.locator(".now").textContent()).toContain("suspended");
  });

  test("states and events are explained, and what a state does", async () => {
    const { watch, open } = await startDevtools();
    await watch("p1");
    const page = await open("/machines?machine=circuit");
    await page.locator('[data-state="half_open"]').click();
    const details = page.locator(".details");
    expect(await details.textContent()).toContain("tries whether the server is well again");
    expect(await details.textContent()).toContain("attempt.failed → open an outage: no answer");
    await page.locator('[data-edge*="closed>open"] .edge-label').hover();
    expect(await details.textContent()).toContain("closed → open");
  });

  test("nothing moves for those who want calm", async () => {
    const { watch, open } = await startDevtools();
    const client = await watch("p1");
    const page = await open("/machines?machine=connection", { reducedMotion: "reduce" });
    await page.waitForSelector(lit("feed.polling"));
    client.setOffline(true);
    expect(await motion(page)).toBe("none");
  });

  test("without a client the page says how to connect one", async () => {
    const { open, server } = await startDevtools();
    const page = await open();
    const inspectUrl = `${server.url.replace("http", "ws")}__rollgate/inspect`;
    const text = await page.locator("pre").textContent();
    expect(text).toContain(`createInspector({ url: "${inspectUrl}" })`);
    expect(text).toContain('from "rollgate/inspect"');
  });

  test("a client that vanishes is marked, and its last states stay", async () => {
    const { watch, open, server } = await startDevtools();
    await watch("p1");
    const page = await open("/machines?machine=connection");
    await page.waitForSelector(lit("feed.polling"));
    server.lose("p1");
    await page.waitForSelector(".presence.gone");
    expect(await page.getByLabel("Client", { exact: true }).textContent()).toContain("(gone)");
    expect(await page.locator(".fact").textContent()).toBe("0 clients");
    expect(await page.locator(lit("feed.polling")).count()).toBe(1);
  });
});

describe("the timeline", () => {
  test("is filtered by machine and text, and cleared", async () => {
    const { watch, open } = await startDevtools();
    const client = await watch("p1");
    const page = await open();
    await rows(page).first().waitFor();
    const list = page.locator(".timeline");
    await list.getByLabel("Only this machine").selectOption("connection");
    expect(new Set(await list.locator(".region").allTextContents())).toEqual(
      new Set(["connection"]),
    );
    await list.getByLabel("Filter by text").fill("CHOOSING");
    expect(await rows(page).count()).toBe(2);
    await list.getByLabel("Filter by text").fill("");
    await button(page, "Clear").click();
    expect(await rows(page).count()).toBe(0);
    client.setOffline(true);
    await list.getByText("polling → suspended").waitFor();
    expect(await rows(page).count()).toBe(1);
  });

  test("stands still while paused, and catches up", async () => {
    const { watch, open } = await startDevtools();
    const client = await watch("p1");
    const page = await open("/machines?machine=connection");
    await page.waitForSelector(lit("feed.polling"));
    const before = await rows(page).first().textContent();
    await button(page, "Pause").click();
    client.setOffline(true);
    await page.waitForSelector(lit("feed.suspended"));
    expect(await rows(page).first().textContent()).toBe(before);
    await button(page, "Pause").click();
    await page.getByText("polling → suspended").first().waitFor();
  });

  test("a row that is chosen is shown in its chart", async () => {
    const { watch, open } = await startDevtools();
    await watch("p1");
    const page = await open("/machines?machine=hold");
    await rows(page).filter({ hasText: "off → choosing" }).click();
    await page.waitForSelector(".edge.recalled");
    expect(await page.locator(".edge.recalled .said").allTextContents()).toEqual(["start"]);
    expect(await page.locator(".card[aria-pressed=true]").textContent()).toContain("connection");
  });
});

describe("flags", () => {
  test("a switch and a slider change the flag, the slider once", async () => {
    const { open, dev, server } = await startDevtools();
    const page = await open("/flags");
    await page.getByRole("switch", { name: "search enabled" }).click();
    await page.locator('[aria-label="search enabled"][aria-checked="true"]').waitFor();
    expect(dev.flags.flags["search"]?.enabled).toBe(true);

    const box = await page.getByLabel("Rollout of checkout in percent").boundingBox();
    if (box === null) throw new Error("There is no slider.");
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.down();
    for (const share of [0.5, 0.6, 0.7, 0.8]) await page.mouse.move(box.x + box.width * share, y);
    expect(server.patches).toHaveLength(1);
    await page.mouse.up();
    await expect.poll(() => server.patches.length).toBe(2);
    expect(server.patches[0]).toEqual(["search", { enabled: true }]);
    expect(server.patches[1]?.[0]).toBe("checkout");
    expect(dev.flags.flags["checkout"]?.rollout).toBeGreaterThan(60);
  });

  test("value and reason are those of the chosen user", async () => {
    const { watch, open } = await startDevtools();
    await watch("p1");
    const page = await open("/flags");
    const row = page.locator("tr", { hasText: "staff" });
    await row.getByText("outside rollout 0 %").waitFor();
    await page.getByLabel("Evaluated for").selectOption("ada");
    await row.getByText("targeted user").waitFor();
    expect(await row.locator(".value").textContent()).toBe("true");
    await button(page, "Do not target ada with staff").click();
    await row.getByText("outside rollout 0 %").waitFor();
  });

  test("a thousand of them are searched, and few drawn", async () => {
    const many = Array.from({ length: 1_000 }, (_, n) => [`flag-${n}`, { enabled: true }] as const);
    const { open } = await startDevtools({ ...FLAGS, ...Object.fromEntries(many) });
    const page = await open("/flags");
    await page.getByText("1\u202f003 of 1\u202f003").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(25);
    await button(page, "Next").click();
    await page.getByText("Page 2 of 41").waitFor();
    await page.getByLabel("Search flags").fill("flag-997");
    await page.getByText("1 of 1\u202f003").waitFor();
    expect(await page.locator("tbody th").allTextContents()).toEqual(["flag-997"]);
  });
});

test("users, events, telemetry and requests arrive, and the totals add up", async () => {
  const { watch, open } = await startDevtools();
  const client = await watch("p1");
  const page = await open("/activity");
  await page.getByText("ada", { exact: true }).waitFor();
  for (const value of [10, 20]) {
    client.track({ flagKey: "checkout", eventName: "purchase", value });
  }
  for (let times = 0; times < 7; times++) client.isEnabled("checkout");
  await client.flushEvents();
  await client.flushTelemetry();
  await page.getByText("7 evaluations").waitFor();
  expect(await page.locator(".events tbody tr").count()).toBe(2);
  // The books come with the root's next transition.
  client.setOffline(true);
  await page.getByText("Both agree.").waitFor();
  expect(await page.locator(".books tbody td").allTextContents()).toEqual(
    ["2", "2", "0", "0", "0", "yes"], // accepted, delivered, pending, dropped, refused
  );
  await page.getByRole("link", { name: "Requests" }).click();
  expect(await page.locator(".requests").textContent()).toContain("POST /api/v1/sdk/events");
});

describe("break it", () => {
  test("scenes add faults and end them", async () => {
    const { open, dev } = await startDevtools();
    const page = await open("/break");
    await button(page, "Server down").click();
    await page.getByText("drops the connection").waitFor();
    await button(page, "Ask for peace").click();
    await page.getByText("answers 429, with Retry-After 10, 1 more time").waitFor();
    expect(dev.faults.list()).toMatchObject([{ drop: true }, { retryAfter: 10, times: 1 }]);
    await button(page, "Flip a flag").click();
    await expect.poll(() => dev.flags.flags["checkout"]?.enabled).toBe(false);
    await button(page, "Server back").click();
    await page.getByText("The server behaves.").waitFor();
    expect(dev.faults.list()).toEqual([]);
  });

  test("a fault of one's own for one route, and its end", async () => {
    const { open, dev } = await startDevtools();
    const page = await open("/break");
    await page.getByLabel("Requests").selectOption("events");
    await page.getByLabel("What happens").selectOption("Latency");
    await page.getByLabel("How long, in ms").fill("300");
    await page.getByLabel("How often").fill("2");
    await button(page, "Add fault").click();
    await page.getByText("300 ms late, 2 more times").waitFor();
    expect(dev.faults.list()).toMatchObject([{ route: "events", latencyMs: 300, times: 2 }]);
    await page.getByRole("button", { name: /^Remove fault/ }).click();
    await page.getByText("The server behaves.").waitFor();
  });
});

test("ten clients and ten thousand transitions leave the page quick and small", async () => {
  const { open, server } = await startDevtools();
  const page = await open("/machines?machine=m1");
  await page.evaluate(() => {
    const seen = { longest: 0, last: performance.now() };
    Object.assign(window, { seen });
    const frame = (now: number) => {
      seen.longest = Math.max(seen.longest, now - seen.last);
      seen.last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const total = await flood(server, JSON.stringify(connectionMachine.config));
  expect(total).toBe(10_000);
  await page.locator(".fact", { hasText: "10 clients" }).waitFor();
  await page.getByText("last.event").first().waitFor();
  const longest = await page.evaluate(
    () => (window as never as { seen: { longest: number } }).seen.longest,
  );
  expect(longest).toBeLessThan(2_000);
  expect(await rows(page).count()).toBeLessThanOrEqual(100);
  expect(await page.locator("*").count()).toBeLessThan(3_000);

  await page.getByRole("link", { name: "Flags" }).click();
  await page.getByRole("switch").first().waitFor();

  await page.goBack();
  await page.reload();
  await page.locator(".fact", { hasText: "10 clients" }).waitFor();
  await page.getByText("last.event").first().waitFor();
  await page.waitForSelector(".state.lit");
}, 60_000);

test("a server that is away is said to be, and heard again when it is back", async () => {
  const { watch, open, server } = await startDevtools();
  await watch("p1");
  const page = await open("/machines?machine=connection");
  await page.waitForSelector(lit("feed.polling"));
  server.dropPages();
  await page.getByText("dev server gone").waitFor();
  expect(await page.locator(lit("feed.polling")).count()).toBe(1);
  await page.locator(".link").getByText("connected", { exact: true }).waitFor();
});

describe("for everybody", () => {
  test("the keyboard reaches everything, and does what the mouse does", async () => {
    const { watch, open } = await startDevtools();
    await watch("p1");
    const page = await open("/machines?machine=circuit");
    await page.waitForSelector(lit("closed"));
    const order = await tabOrder(page);
    expect(order).toContain("Skip to the content");
    for (const name of ["Machines", "Flags", "Break it", "Server down", "Whole", "Pause"]) {
      expect(order).toContain(name);
    }
    expect(order.filter((name) => name.startsWith("state "))).toEqual(["state closed"]);
    expect(order.filter((name) => name.startsWith("row "))).toHaveLength(await rows(page).count());

    await page.locator('[data-state="closed"]').focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator('[data-state="open"][aria-pressed="true"]').waitFor();
    await page.locator(".card", { hasText: "hold" }).focus();
    await page.keyboard.press("Space");
    await page.locator(".card[aria-pressed=true]", { hasText: "hold" }).waitFor();
    await page.getByText("Skip to the content").focus();
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    expect(page.url()).toContain("#/machines");
  });

  test("changes are told to those who do not see them", async () => {
    const { watch, open } = await startDevtools();
    const client = await watch("p1");
    const page = await open("/machines?machine=connection");
    await page.waitForSelector(lit("feed.polling"));
    client.setOffline(true);
    await page
      .locator("[aria-live=polite]", { hasText: "connection: suspended" })
      .waitFor({ state: "attached" });
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious in %s", async (colorScheme) => {
    const { watch, open } = await startDevtools();
    const client = await watch("p1");
    client.track({ flagKey: "checkout", eventName: "purchase" });
    await client.flushEvents();
    const page = await open("/machines?machine=connection", { colorScheme });
    await page.evaluate(axe.source);
    for (const view of VIEWS) {
      await page.evaluate((to) => {
        location.hash = `/${to}`;
      }, view);
      await page.locator(`nav [data-view=${view}][aria-current]`).waitFor();
      if (view === "machines") await page.waitForSelector(".state.lit");
      expect(await violations(page), view).toEqual([]);
    }
  });

  test("the colours can be chosen, and stay", async () => {
    const { open } = await startDevtools();
    const page = await open("/flags", { colorScheme: "light" });
    const ground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByLabel("Colours").selectOption("dark");
    await expect.poll(ground).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await page.getByLabel("Colours").waitFor();
    expect(await ground()).toBe(dark);
  });

  test("a narrow window needs no sideways scrolling", async () => {
    const { watch, open } = await startDevtools();
    await watch("p1");
    const page = await open("/machines?machine=connection", {
      viewport: { width: 390, height: 844 },
    });
    for (const view of VIEWS) {
      await page.locator(`nav [data-view=${view}]`).click();
      await page.locator(`nav [data-view=${view}][aria-current]`).waitFor();
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(excess, view).toBeLessThanOrEqual(0);
    }
  });
});

/** How what runs along the way just taken is displayed. */
async function motion(page: Page): Promise<unknown> {
  // One look for finding it and reading it: a chart that is drawn anew replaces the element.
  const display = await page.waitForFunction(() => {
    const run = document.querySelector(".edge.taken .run");
    return run !== null && getComputedStyle(run).display;
  });
  return display.jsonValue();
}

/** What the Tab key leads to, from the top until it leaves the page. */
async function tabOrder(page: Page): Promise<string[]> {
  const names: string[] = [];
  for (let presses = 0; presses < 300; presses++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return undefined;
      const state = element.getAttribute("data-state");
      if (state !== null) return `state ${state}`;
      const text = element.textContent ?? "";
      return element.classList.contains("row") ? `row ${text}` : text;
    });
    if (name === undefined) break;
    names.push(name);
  }
  return names;
}

async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate(async () => {
    const { axe } = window as never as { axe: typeof import("axe-core") };
    return (await axe.run()).violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3),
    }));
  });
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, where }) => `${id}: ${where.join(" | ")}`);
}
