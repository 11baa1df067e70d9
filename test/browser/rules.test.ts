import type { Page, Request } from "playwright-core";
import { expect, test } from "vitest";
import { createGate } from "../support/rollgate-server";
import { configFor, newContext, openPage, startClient, startServer } from "./support/browser";

const PRO = { id: "u1", attributes: { plan: "pro" } };

/** The evaluator's own script. */
const EVALUATOR = /\/portable-[^/]*\.js$/;

/** How often a page asks for the evaluator, by its address. */
function loadsOfEvaluator(page: Page): string[] {
  const urls: string[] = [];
  page.on("request", (request: Request) => {
    if (EVALUATOR.test(request.url())) urls.push(request.url());
  });
  return urls;
}

const isLocal = (page: Page) => page.waitForFunction(() => window.kit.client.mode === "local");

test("rules that arrive load the evaluator, which answers for any user", async () => {
  const server = await startServer({ localEvaluation: true });
  const page = await openPage();
  const loads = loadsOfEvaluator(page);
  await startClient(page, configFor(server, { enableStreaming: true }));
  await isLocal(page);
  expect(loads).toHaveLength(1);
  const answers = await page.evaluate((pro) => {
    const { client } = window.kit;
    return [
      client.isEnabled("pro-only"),
      client.isEnabled("pro-only", false, pro),
      client.forUser(pro).isEnabledDetail("pro-only").source,
      client.rulesVersion !== undefined,
    ];
  }, PRO);
  expect(answers).toEqual([false, true, "rules", true]);
});

test("without rules the evaluator is never loaded", async () => {
  const server = await startServer();
  const page = await openPage();
  const loads = loadsOfEvaluator(page);
  await startClient(page, configFor(server, { enableStreaming: true }));
  await page.waitForFunction(() => window.kit.client.getState().connection === "streaming.open");
  server.updateFlag("later", { enabled: true });
  await page.waitForFunction(() => window.kit.changes.length > 0);
  expect(loads).toEqual([]);
});

test("rules take force only once the evaluator is there; until then the server decides", async () => {
  const server = await startServer({ localEvaluation: true });
  const page = await openPage();
  const gate = createGate();
  await page.route(EVALUATOR, async (route) => {
    await gate.opened;
    await route.continue();
  });
  await startClient(page, configFor(server, { enableStreaming: true }), PRO);
  await page.waitForFunction(() =>
    window.kit.client.getTransitions().some(({ to }) => to === "compiling"),
  );
  const before = await page.evaluate(() => {
    const { client } = window.kit;
    return [client.mode, client.isEnabledDetail("pro-only").source, client.isEnabled("pro-only")];
  });
  expect(before).toEqual(["remote", "network", true]);
  gate.open();
  await isLocal(page);
  expect(await page.evaluate(() => window.kit.client.isEnabled("pro-only"))).toBe(true);
});

test("an evaluator that cannot be loaded is an error, and the server goes on deciding", async () => {
  const server = await startServer({ localEvaluation: true });
  const page = await openPage();
  await page.route(EVALUATOR, (route) => route.abort());
  await startClient(page, configFor(server, { enableStreaming: true }), PRO);
  await page.waitForFunction(() => window.kit.said.includes("error RULES_NOT_LOADED"));
  server.updateFlag("later", { enabled: true });
  await page.waitForFunction(() => window.kit.client.isEnabled("later"));
  expect(await page.evaluate(() => window.kit.client.mode)).toBe("remote");
});

test("the browser's own hash puts users into the same buckets as the server", async () => {
  const flags = { flags: { half: { enabled: true, rollout: 50 } } };
  const server = await startServer({ localEvaluation: true, flags });
  const page = await openPage();
  await startClient(page, configFor(server, { enableStreaming: true }));
  await isLocal(page);
  const ids = Array.from({ length: 200 }, (_, i) => `użytkownik-${i}`);
  const inPage = await page.evaluate(
    (all) => all.filter((id) => window.kit.client.isEnabled("half", false, { id })),
    ids,
  );
  const { createRulesEngine } = await import("../../src/flags/rules");
  const { sha256Bucket } = await import("../../src/dev-server/evaluation/bucket");
  const rules = createRulesEngine(sha256Bucket)("v", flags.flags, () => {});
  const here = ids.filter((id) => rules.evaluateAll({ id }).get("half")?.on);
  expect(inPage).toEqual(here);
  expect(here.length).toBeGreaterThan(60);
});

test("rules in IndexedDB answer for users never seen before while the server is down", async () => {
  const server = await startServer({ localEvaluation: true });
  const context = await newContext();
  const first = await openPage(context);
  await startClient(first, configFor(server, { enableStreaming: true }));
  await isLocal(first);
  await first.evaluate(() => window.kit.client.close());
  const config = configFor(server, { enableStreaming: true });
  await server.close();
  const second = await openPage(context);
  expect(await startClient(second, config)).toBeUndefined();
  const detail = await second.evaluate(
    (pro) => window.kit.client.isEnabledDetail("pro-only", false, pro),
    { ...PRO, id: "never-seen" },
  );
  expect(detail).toMatchObject({ value: true, source: "cache" });
});
