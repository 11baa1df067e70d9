import { expect, test } from "vitest";
import { until } from "../support/events";
import {
  API_KEY,
  configFor,
  flagRequests,
  newContext,
  openPage,
  startClient,
  startServer,
} from "./support/browser";

const user = { id: "user-4711", email: "someone@example.com", attributes: { plan: "pro" } };

/** Until the flags of one user are in IndexedDB. */
const persisted = async () => {
  const entries = await window.kit.stored();
  return entries.some(([key]) => key.includes(":flags:"));
};

/** Whether it is an error of the storage or of an entry in it. */
const ofStorage = (said: string) => /STORAGE|CACHE/.test(said);

test("flags outlive the page: after a reload during an outage they serve from the cache", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server), user);
  await until(() => page.evaluate(persisted));
  server.faults.add({ drop: true });
  await page.reload();

  expect(await startClient(page, configFor(server), user)).toBeUndefined();

  const detail = await page.evaluate(() => window.kit.client.isEnabledDetail("pro-only"));
  expect(detail).toMatchObject({ value: true, source: "cache", reason: { kind: "RULE_MATCH" } });
  await page.waitForFunction(() => window.kit.said.length > 0);
  expect(await page.evaluate(() => window.kit.client.isEnabled("beta"))).toBe(true);
});

test("flags that one page wrote serve another one while the server is down", async () => {
  const server = await startServer();
  const context = await newContext();
  const first = await openPage(context);
  await startClient(first, configFor(server), user);
  await until(() => first.evaluate(persisted));
  await server.close();

  const second = await openPage(context);
  expect(await startClient(second, configFor(server), user)).toBeUndefined();

  expect(await second.evaluate(() => window.kit.said)).not.toContain("error STORAGE_FAILED");
  const detail = await second.evaluate(() => window.kit.client.isEnabledDetail("pro-only"));
  expect(detail).toMatchObject({ value: true, source: "cache", reason: { kind: "RULE_MATCH" } });
  // Nobody else's, though.
  const other = startClient(await openPage(context), configFor(server), { id: "another" });
  expect(await other).toBe("NETWORK_ERROR");
});

test.each<[string, (value: string) => unknown, string]>([
  ["no JSON", () => "{", "CACHE_ENTRY_IGNORED"],
  ["cut off", (value) => value.slice(0, -20), "CACHE_ENTRY_IGNORED"],
  ["of something else", () => `{"flags":{"pro-only":true}}`, "CACHE_ENTRY_IGNORED"],
  [
    "of a newer version",
    (value) => value.replace(/"rollgate":\d+/, `"rollgate":99`),
    "CACHE_ENTRY_IGNORED",
  ],
  ["no text", () => 7, "STORAGE_FAILED"],
])(
  "an entry that is %s is a miss, reported once, and mended by the next answer",
  async (_, spoil, code) => {
    const server = await startServer();
    const context = await newContext();
    const first = await openPage(context);
    await startClient(first, configFor(server), user);
    await until(() => first.evaluate(persisted));
    await first.evaluate(`kit.spoilStored(${spoil})`);
    await first.close();
    server.faults.add({ route: "flags", drop: true });

    const page = await openPage(context);
    expect(await startClient(page, configFor(server), user)).toBe("NETWORK_ERROR");
    expect(await page.evaluate(() => window.kit.client.isEnabled("pro-only"))).toBe(false);
    // Another look at the same entry.
    expect(await page.evaluate(() => window.kit.codeOf(window.kit.client.init()))).toBe(
      "NETWORK_ERROR",
    );
    const said = await page.evaluate(() => window.kit.said);
    expect(said.filter(ofStorage)).toEqual([`error ${code}`]);
    server.faults.clear();
    await page.evaluate(() => window.kit.client.refresh());
    await page.evaluate(() => window.kit.client.close());
    await server.close();

    const last = await openPage(context);
    expect(await startClient(last, configFor(server), user)).toBeUndefined();
    expect(await last.evaluate(() => window.kit.client.isEnabled("pro-only"))).toBe(true);
  },
);

test("after a reload the persisted ETag is sent with the first request", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server), user);
  await until(() => page.evaluate(persisted));
  await page.reload();
  await startClient(page, configFor(server), user);
  await page.evaluate(() => window.kit.client.refresh());
  expect(flagRequests(server)[1]?.status).toBe(304);
});

test("what is persisted names no one: no id, attribute or key", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server, { tracking: { persist: true } }), user);
  await until(() => page.evaluate(persisted));
  const text = JSON.stringify(await page.evaluate(() => window.kit.stored()));
  expect(text).toContain("pro-only");
  for (const secret of [API_KEY, user.id, user.email, server.url, `"plan"`]) {
    expect(text).not.toContain(secret);
  }
});

test("clearCache empties IndexedDB for all users, not the flags in hand", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server), user);
  await page.evaluate(() => window.kit.client.identify({ id: "another" }));
  await until(async () => {
    const entries = await page.evaluate(() => window.kit.stored());
    return entries.length === 2;
  });
  await page.reload();
  await startClient(page, configFor(server), { id: "third" });
  await until(async () => {
    const entries = await page.evaluate(() => window.kit.stored());
    return entries.length === 3;
  });

  await page.evaluate(() => window.kit.client.clearCache());

  expect(await page.evaluate(() => window.kit.stored())).toEqual([]);
  expect(await page.evaluate(() => window.kit.client.isEnabled("beta"))).toBe(true);
  server.faults.add({ drop: true });
  await page.reload();
  expect(await startClient(page, configFor(server), user)).toBe("NETWORK_ERROR");
});

test("without Web Crypto, as on pages not served securely, entries have the same names", async () => {
  const server = await startServer();
  const names: string[][] = [];
  for (const script of [
    "",
    `Object.defineProperty(Crypto.prototype, "subtle", { value: undefined });`,
  ]) {
    const context = await newContext();
    await context.addInitScript(script);
    const page = await openPage(context);
    expect(await startClient(page, configFor(server), user)).toBeUndefined();
    await until(() => page.evaluate(persisted));
    names.push((await page.evaluate(() => window.kit.stored())).map(([key]) => key));
  }
  expect(names[0]).toHaveLength(1);
  expect(names[1]).toEqual(names[0]);
});
