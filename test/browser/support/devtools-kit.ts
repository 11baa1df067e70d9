/** The devtools page in a browser, before a dev server and with real clients, for one test file. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { bundlePage } from "../../../devtools-page.config";
import { RollgateClient, type RollgateConfig } from "../../../src";
import { type DevServer, type FlagDefinition, startDevServer } from "../../../src/dev-server";
import { launchChromium } from "../../support/chromium";
import { DevtoolsServer } from "./devtools-server";

const API_KEY = "dev-key";

let browser: Browser;
let folder: string;
const cleanups: (() => Promise<unknown>)[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollgate-page-"));
  [browser] = await Promise.all([launchChromium(), bundlePage(folder)]);
});

afterEach(async () => {
  // Clients before the servers that they speak to.
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  expect(complaints.splice(0), "the page complained, or asked another origin").toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

export interface Devtools {
  readonly dev: DevServer;
  readonly server: DevtoolsServer;
  /** A client of a process of its own that is being watched. */
  watch(id: string, config?: Partial<RollgateConfig>): Promise<RollgateClient>;
  /** @param hash which view, as in `/flags` */
  open(hash?: string, options?: BrowserContextOptions): Promise<Page>;
}

export const FLAGS: Readonly<Record<string, FlagDefinition>> = {
  checkout: { enabled: true, rollout: 40, description: "On one page" },
  search: { enabled: false },
  staff: { enabled: true, rollout: 0, targetUsers: ["ada"] },
};

export async function startDevtools(flags = FLAGS): Promise<Devtools> {
  const dev = await startDevServer({ apiKey: API_KEY, flags: { flags } });
  cleanups.push(() => dev.close());
  const server = await DevtoolsServer.start(dev, folder);
  cleanups.push(() => server.close());
  return {
    dev,
    server,
    async watch(id, config = {}) {
      const inspector = server.inspector(id);
      const client = new RollgateClient({
        apiKey: API_KEY,
        baseUrl: dev.url,
        logLevel: "silent",
        closeTimeoutMs: 500,
        inspect: inspector.observe,
        ...config,
      });
      inspector.client = client;
      cleanups.push(() => client.close());
      await client.init({ id: "ada" });
      return client;
    },
    async open(hash = "/machines", options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 860 },
        ...options,
      });
      cleanups.push(() => context.close());
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        if (message.type() !== "error" && message.type() !== "warning") return;
        // What a browser says when a server is away, which some tests arrange.
        if (!message.text().startsWith("WebSocket connection to")) complaints.push(message.text());
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(server.url)) complaints.push(request.url());
      });
      await page.goto(`${server.url}#${hash}`);
      await page.getByText("connected", { exact: true }).first().waitFor();
      return page;
    },
  };
}
