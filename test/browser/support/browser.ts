/** A browser, a site with the SDK on it, and Rollgate servers on other origins, for one test file. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type DevServer, type DevServerOptions, startDevServer } from "../../../src/dev-server";
import type { RollgateConfig, UserContext } from "../../../src/index.browser";
import { launchChromium } from "../../support/chromium";
import { type BarePage, openBarePage } from "./bare-page";
import { type PageServer, startPageServer } from "./page-server";

export const API_KEY = "sb_client_browser_key_0123456789";

let browser: Browser;
/** The site; another origin than any server. */
export let site: PageServer;
const contexts: BrowserContext[] = [];
const servers: { close(): Promise<void> }[] = [];
const barePages: BarePage[] = [];
const uncaught: string[] = [];

beforeAll(async () => {
  [browser, site] = await Promise.all([launchChromium(), startPageServer()]);
});

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
  const bare = barePages.splice(0).flatMap((page) => page.uncaught);
  expect([...uncaught.splice(0), ...bare], "uncaught on the page").toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A server with one flag for all, `beta`, and one for users of plan `pro`, `pro-only`. */
export async function startServer(options: Partial<DevServerOptions> = {}): Promise<DevServer> {
  const conditions = [{ attribute: "plan", operator: "equals", value: "pro" }];
  const server = await startDevServer({
    apiKey: API_KEY,
    flags: {
      flags: {
        beta: { enabled: true },
        later: { enabled: false },
        "pro-only": { enabled: true, rollout: 0, rules: [{ conditions }] },
      },
    },
    ...options,
  });
  return closing(server);
}

/** Closes a server after the test, once its pages are gone. */
export function closing<T extends { close(): Promise<void> }>(server: T): T {
  servers.push(server);
  return server;
}

/** A profile of its own: its storage is shared by its pages only. */
export async function newContext(of: Browser = browser): Promise<BrowserContext> {
  const context = await of.newContext();
  context.on("weberror", (error) => uncaught.push(String(error.error())));
  contexts.push(context);
  return context;
}

/** A page with the SDK on it. */
export async function openPage(context?: BrowserContext): Promise<Page> {
  const page = await (context ?? (await newContext())).newPage();
  await page.goto(site.url);
  return page;
}

/** A page that can be hidden and frozen. */
export async function openHideablePage(of: Browser = browser): Promise<BarePage> {
  const page = await openBarePage(of, site.url);
  barePages.push(page);
  return page;
}

/** Of a client that does nothing by itself: polling, retries, telemetry and logs are off. */
export function configFor(server: { readonly url: string }, config: Partial<RollgateConfig> = {}) {
  return {
    apiKey: API_KEY,
    baseUrl: server.url,
    refreshIntervalMs: 0,
    retry: { maxRetries: 0 },
    telemetry: { enabled: false },
    logLevel: "silent",
    ...config,
  } satisfies RollgateConfig;
}

/**
 * Starts a client on the page.
 *
 * @param time `still`: only `kit.clock` moves it
 * @returns the code with which `init` rejected, if it did
 */
export function startClient(
  page: Page,
  config: RollgateConfig,
  user?: UserContext,
  time: "real" | "still" = "real",
): Promise<string | undefined> {
  // Plain data; the page's own type of it is too deep for the compiler to copy.
  const given: readonly unknown[] = [config, user, time];
  return page.evaluate(
    ([first, second, third]) =>
      window.kit.start(first as never, second as never, third as "real" | "still"),
    given,
  );
}

/** Requests for flags so far. */
export function flagRequests(server: DevServer) {
  return server.requests.filter(({ method, path }) => method === "GET" && path.endsWith("/flags"));
}
