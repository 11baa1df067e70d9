import type { EvaluationContext } from "@openfeature/web-sdk";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DevServer } from "../../src/dev-server";
import { blocksOf, readPages } from "../docs/markdown";
import { API_KEY, configFor, newContext, startServer } from "./support/browser";
import { type BundledSite, startBundledSite } from "./support/bundled-site";

const FLAGS = {
  beta: { enabled: true },
  later: { enabled: false },
  "pro-only": {
    enabled: true,
    rollout: 0,
    rules: [{ conditions: [{ attribute: "company.plan", operator: "equals", value: "pro" }] }],
  },
  banner: {
    enabled: true,
    type: "string",
    rollout: 0,
    defaultValue: "Hello",
    targetUsers: ["bob"],
    variations: [{ id: "dear", value: "Dear Bob" }],
  },
} as const;

const ANN: EvaluationContext = { targetingKey: "ann", company: { plan: "pro" } };

async function open(site: BundledSite): Promise<Page> {
  const page = await (await newContext()).newPage();
  await page.goto(site.url);
  return page;
}

async function untilText(page: Page, id: string, text: string): Promise<void> {
  await page.locator(`#${id}`, { hasText: new RegExp(`^${text}$`) }).waitFor();
}

describe("OpenFeature's React SDK", () => {
  let site: BundledSite;
  beforeAll(async () => {
    site = await startBundledSite(
      'import { standard } from "./openfeature-page"; Object.assign(window, { standard });',
    );
  });
  afterAll(() => site?.close());

  async function start(server: DevServer): Promise<Page> {
    const page = await open(site);
    const config = configFor(server, { enableStreaming: true });
    const given: readonly unknown[] = [config, ANN];
    await page.evaluate(([a, b]) => window.standard.start(a as never, b as never), given);
    await untilText(page, "status", "READY");
    await page.waitForFunction(
      () => window.standard.provider.client.getState().connection === "streaming.open",
    );
    return page;
  }

  it("shows the flags of the context's user", async () => {
    const page = await start(await startServer({ flags: { flags: FLAGS } }));
    await untilText(page, "beta", "true");
    await untilText(page, "later", "false");
    await untilText(page, "pro-only", "true");
    await untilText(page, "banner", "Hello DEFAULT");
  });

  it("renders those components again that read the flag which changed", async () => {
    const server = await startServer({ flags: { flags: FLAGS } });
    const page = await start(server);
    // React bails out of a state that did not change one render late: what has just rendered
    // for the provider's status, or a flag of its own, does so once more with the next event.
    server.updateFlag("later", { enabled: true });
    await untilText(page, "later", "true");
    await page.evaluate(() => window.standard.takeRenders());
    server.updateFlag("banner", { defaultValue: "Good evening" });
    await untilText(page, "banner", "Good evening DEFAULT");
    const {
      banner,
      later: _,
      ...others
    } = await page.evaluate(() => window.standard.takeRenders());
    expect({ banner, others }).toEqual({ banner: 1, others: {} });
  });

  it("shows another user's flags when the context changes, and the old one's no more", async () => {
    const server = await startServer({ flags: { flags: FLAGS } });
    const page = await start(server);
    await page.evaluate(() => window.standard.OpenFeature.setContext({ targetingKey: "bob" }));
    await untilText(page, "pro-only", "false");
    await untilText(page, "banner", "Dear Bob TARGETING_MATCH");
    await untilText(page, "status", "READY");
    await page.evaluate(() => window.standard.OpenFeature.setContext({}));
    await untilText(page, "banner", "Hello DEFAULT");
    expect([...server.users.keys()]).toEqual(["ann", "bob"]);
  });

  it("tracks for the context's user", async () => {
    const server = await startServer({ flags: { flags: FLAGS } });
    const page = await start(server);
    await page.locator("#buy").click();
    await page.evaluate(() => window.standard.provider.client.flushEvents());
    expect(server.events).toMatchObject([
      { flagKey: "beta", eventName: "bought", userId: "ann", value: 2 },
    ]);
  });

  it("keeps the flags that are known when the server goes", async () => {
    const server = await startServer({ flags: { flags: FLAGS } });
    const page = await start(server);
    await untilText(page, "beta", "true");
    await server.close();
    await page.waitForFunction(
      () => window.standard.provider.client.getState().connection !== "streaming.open",
    );
    expect(await page.evaluate(() => window.standard.valueOf("beta"))).toBe(true);
    // A user of whom nothing is known.
    await page.evaluate(() => window.standard.OpenFeature.setContext({ targetingKey: "cleo" }));
    await untilText(page, "status", "ERROR");
    await page.evaluate(
      (ann) => window.standard.OpenFeature.setContext(ann as never),
      ANN as unknown,
    );
    await untilText(page, "beta", "true");
  });
});

it("the sample of docs/openfeature.md is an app that works", async () => {
  const server = await startServer({ flags: { flags: { "beta-search": { enabled: false } } } });
  const docs = readPages().filter(({ path }) => path === "docs/openfeature.md");
  const sample = docs.flatMap(blocksOf).find(({ language }) => language === "tsx")?.code ?? "";
  const key = 'apiKey: "sb_client_…"';
  expect(sample.split(key)).toHaveLength(2);
  const config = { apiKey: API_KEY, baseUrl: server.url, enableStreaming: true };
  const site = await startBundledSite(`
    import { createRoot } from "react-dom/client";
    ${sample.replace(key, `...${JSON.stringify(config)}`)}
    createRoot(document.body).render(<App />);`);
  try {
    const page = await open(site);
    await page.getByText("The search", { exact: true }).waitFor();
    server.updateFlag("beta-search", { enabled: true });
    await page.getByText("The new search", { exact: true }).waitFor();
  } finally {
    await site.close();
  }
});
