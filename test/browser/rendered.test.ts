/** Pages that a server renders with the flags of their reader: client on both sides. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { bootstrapScript, RollgateClient, type UserContext } from "../../src";
import type { DevServer } from "../../src/dev-server";
import { until } from "../support/events";
import { API_KEY, configFor, flagRequests, newContext, site, startServer } from "./support/browser";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const HOSTILE = `</script><script>window.taken = true</script><!-- & \u2028 "`;
const PRO: UserContext = { id: "u1", attributes: { plan: "pro" } };

/** A web server with rules in hand, which answers for any reader. */
async function startRenderer(): Promise<{ service: DevServer; client: RollgateClient }> {
  const conditions = [{ attribute: "plan", operator: "equals", value: "pro" }];
  const service = await startServer({
    localEvaluation: true,
    flags: {
      flags: {
        "pro-only": { enabled: true, rollout: 0, rules: [{ conditions }] },
        greeting: { type: "string", enabled: true, defaultValue: HOSTILE },
        "</script>": { enabled: true },
      },
    },
  });
  const config = configFor(service, { typedFlags: true, enableStreaming: true });
  const client = new RollgateClient(config);
  onTestFinished(() => client.close());
  await client.init();
  await until(() => client.mode === "local");
  return { service, client };
}

const render = (service: DevServer, head: string, script = "/rendered.js") =>
  `<!doctype html><html lang="en" data-key="${API_KEY}" data-service="${service.url}">
    <title>rendered</title>${head}
    <body><script type="module" src="${script}"></script></body></html>`;

test("a page rendered with its reader's flags paints them before anything was asked for", async () => {
  const { service, client } = await startRenderer();
  const url = site.render("/pro", () => render(service, bootstrapScript(client.toBootstrap(PRO))));
  const page = await (await newContext()).newPage();
  const before = service.requests.length;
  await page.goto(url);
  await page.evaluate(() => window.rendered.painted);

  expect(await page.textContent("#checkout")).toBe("new");
  expect(await page.textContent("#greeting")).toBe(HOSTILE);
  expect(service.requests).toHaveLength(before);
  expect(await page.evaluate(() => "taken" in window)).toBe(false);
  const detail = await page.evaluate(() => window.rendered.client.isEnabledDetail("pro-only"));
  expect(detail).toMatchObject({
    value: true,
    source: "bootstrap",
    reason: client.isEnabledDetail("pro-only", false, PRO).reason,
  });

  // What is fetched then is the same: nothing moves on the page.
  await page.evaluate((user) => window.rendered.client.init(user), PRO);
  await until(() => flagRequests(service).length > 0);
  await page.waitForFunction(
    () => window.rendered.client.isEnabledDetail("pro-only").source === "network",
  );
  expect(await page.evaluate(() => window.rendered.changed)).toEqual([]);
});

test("each reader gets a page of their own", async () => {
  const { service, client } = await startRenderer();
  const url = site.render("/free", () =>
    render(service, bootstrapScript(client.toBootstrap({ id: "u2" }))),
  );
  const page = await (await newContext()).newPage();
  await page.goto(url);
  expect(await page.textContent("#checkout")).toBe("old");
});

test.each([
  ["without flags", () => ""],
  ["cut short in its flags", (head: string) => `${head.slice(0, 80)}</script>`],
])("a page %s fetches them", async (_, mangle) => {
  const { service, client } = await startRenderer();
  const url = site.render("/bare", () =>
    render(service, mangle(bootstrapScript(client.toBootstrap(PRO)))),
  );
  const page = await (await newContext()).newPage();
  await page.goto(url);
  expect(await page.evaluate(() => window.rendered.client.isReady)).toBe(false);
  expect(await page.textContent("#checkout")).toBe("old");
  await page.evaluate((user) => window.rendered.client.init(user), PRO);
  expect(await page.evaluate(() => window.rendered.client.isEnabled("pro-only"))).toBe(true);
});

test("the README's page does so, too, with the service down", async () => {
  const readme = await readFile(here("../../README.md"), "utf8");
  const sample = readme
    .split("```ts\n")
    .map((part) => part.split("```")[0] ?? "")
    .find((code) => code.includes("readBootstrap()"));
  const service = await startServer({
    apiKey: "dev-key",
    flags: { flags: { "new-checkout": { enabled: true } } },
  });
  const { outputFiles } = await build({
    stdin: {
      contents: (sample ?? "").replace("http://127.0.0.1:4400", service.url),
      loader: "ts",
      resolveDir: here("."),
    },
    bundle: true,
    format: "esm",
    alias: { rollgate: here("../../src/index.browser.ts") },
    write: false,
    logLevel: "silent",
  });
  site.render("/sample.js", () => outputFiles[0]?.text ?? "", "text/javascript");
  const client = await RollgateClient.start(
    { ...configFor(service), apiKey: "dev-key" },
    { id: "user-1" },
  );
  onTestFinished(() => client.close());
  const url = site.render("/readme", () =>
    render(service, bootstrapScript(client.toBootstrap()), "/sample.js"),
  );
  service.faults.add({ route: "flags", status: 503 });
  const page = await (await newContext()).newPage();
  await page.goto(url);
  await page.waitForFunction(() => document.title === "New checkout");
});
