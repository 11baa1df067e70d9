/** One browser, and a site for each version of React, for one test file. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type DevServer, startDevServer } from "../../../../src/dev-server";
import { launchChromium } from "../../../support/chromium";
import { type ReactSite, type ReactVersion, startReactSite, VERSIONS } from "./site";

export const API_KEY = "sb_client_react_key_0123456789";

let browser: Browser;
const sites = new Map<ReactVersion, ReactSite>();
const pages: Page[] = [];
const servers: DevServer[] = [];
const uncaught: string[] = [];

beforeAll(async () => {
  const started = VERSIONS.map(async (version) => {
    sites.set(version, await startReactSite(version));
  });
  [browser] = await Promise.all([launchChromium(), ...started]);
});

afterEach(async () => {
  const complaints = await Promise.all(
    // Of a program of its own, the console is not heard here.
    pages.map((page) => page.evaluate(() => window.app?.complaints ?? [])),
  );
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
  expect(takeUncaught(), "uncaught on the page").toEqual([]);
  expect(complaints.flat(), "complaints of React").toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([...sites.values()].map((site) => site.close()));
});

/** What was not caught on a page, where a test expects it. */
export function takeUncaught(): string[] {
  return uncaught.splice(0);
}

export function siteOf(version: ReactVersion): ReactSite {
  const site = sites.get(version);
  if (site === undefined) throw new Error(`There is no site of React ${version}.`);
  return site;
}

/** A page of the site, with a profile of its own. */
export async function openPage(version: ReactVersion, url?: string): Promise<Page> {
  const context = await browser.newContext();
  context.on("weberror", (error) => uncaught.push(String(error.error())));
  const page = await context.newPage();
  pages.push(page);
  await page.goto(url ?? siteOf(version).url);
  return page;
}

/** A server with flags of every type. */
export async function startServer(): Promise<DevServer> {
  const value = (type: "string" | "number" | "json", of: unknown) => ({
    enabled: true,
    type,
    variations: [{ id: "one", value: of as never }],
  });
  const server = await startDevServer({
    apiKey: API_KEY,
    flags: {
      flags: {
        beta: { enabled: true },
        other: { enabled: false },
        banner: value("string", "Welcome"),
        limit: value("number", 7),
        theme: value("json", { mode: "dark", sizes: [1, 2] }),
        "for-ann": { enabled: true, rollout: 0, targetUsers: ["ann"] },
      },
    },
  });
  servers.push(server);
  return server;
}

/** Of a client that does nothing by itself. */
export function configFor(server: { readonly url: string }) {
  return {
    apiKey: API_KEY,
    baseUrl: server.url,
    typedFlags: true,
    refreshIntervalMs: 0,
    retry: { maxRetries: 0 },
    telemetry: { enabled: true, flushIntervalMs: 3_600_000 },
    cache: { storage: false as const },
    logLevel: "silent" as const,
  };
}

/** Until the component of that name shows that text. */
export async function untilShown(page: Page, name: string, text: string): Promise<void> {
  await page.waitForFunction(
    ([id, wanted]) => document.getElementById(id ?? "")?.textContent === wanted,
    [name, text],
  );
}
