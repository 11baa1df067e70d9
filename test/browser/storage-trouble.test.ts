import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { until } from "../support/events";
import { configFor, newContext, openPage, startClient, startServer } from "./support/browser";
import { inAnotherTab, limitQuota, TROUBLES } from "./support/storage-troubles";

const user = { id: "user-4711", attributes: { plan: "pro" } };
const names = (events: readonly { readonly eventName: string }[]) =>
  events.map(({ eventName }) => eventName);
/** Lets so much time pass that what changed is written, and waits for nothing. */
const letSave = (page: Page) => page.evaluate(() => window.kit.clock.advance(1_000));
/** What storage complained of, in its words. */
const complaints = () => window.kit.messages.filter((message) => message.includes("storage"));
const storedFlags = async () => {
  const entries = await window.kit.stored();
  return entries.filter(([key]) => key.includes(":flags:")).length;
};

test.each(Object.entries(TROUBLES))(
  "with IndexedDB that %s everything works from memory, and one reason is one error",
  async (_, trouble) => {
    const server = await startServer();
    const context = await newContext();
    if (trouble.script !== undefined) await context.addInitScript(trouble.script);
    await trouble.prepare?.(context);
    const page = await openPage(context);
    const config = configFor(server, { tracking: { persist: true } });

    const time = trouble.hangs ? "real" : "still";
    expect(await startClient(page, config, user, time)).toBeUndefined();
    expect(await page.evaluate(() => window.kit.client.isEnabled("pro-only"))).toBe(true);
    await page.evaluate(() => {
      window.kit.track("one");
      return window.kit.client.flushEvents();
    });
    expect(names(server.events)).toEqual(["one"]);
    await page.evaluate(() => window.kit.client.identify({ id: "another" }));
    server.faults.add({ drop: true });
    // Of the first user only memory can tell now.
    await page.evaluate((who) => window.kit.client.identify(who), user);
    const detail = await page.evaluate(() => window.kit.client.isEnabledDetail("pro-only"));
    expect(detail).toMatchObject({ value: true, source: "cache" });
    await page.evaluate(() => window.kit.client.close());

    const said = await page.evaluate(complaints);
    expect(said).toEqual(trouble.says.map((pattern) => expect.stringMatching(pattern)));
  },
);

test("a storage that was full is used again when there is room", async () => {
  const server = await startServer();
  const context = await newContext();
  await TROUBLES["is full"]?.prepare?.(context);
  const page = await openPage(context);
  await startClient(page, configFor(server), user, "still");
  await letSave(page);
  await until(() => page.evaluate(complaints).then(({ length }) => length));
  expect(await page.evaluate(storedFlags)).toBe(0);

  await limitQuota(context, 1_000_000_000);
  await page.evaluate(() => window.kit.client.identify({ id: "another" }));
  await letSave(page);
  await until(() => page.evaluate(storedFlags));
  expect(await page.evaluate(complaints)).toHaveLength(1);
});

test("a storage that another tab blocked takes what it missed when it opens", async () => {
  const server = await startServer();
  const context = await newContext();
  const other = await inAnotherTab(
    context,
    `window.kept = await open(); indexedDB.deleteDatabase("rollgate");`,
  );
  const page = await openPage(context);
  await startClient(page, configFor(server, { tracking: { persist: true } }), user);
  await until(() => page.evaluate(complaints).then(({ length }) => length));

  await other.evaluate("window.kept.close()");

  await until(() => page.evaluate(storedFlags));
  expect(await page.evaluate(complaints)).not.toContainEqual(expect.stringMatching(/failed/));
});

test("site data that is cleared under a running client is written anew", async () => {
  const server = await startServer();
  const context = await newContext();
  const page = await openPage(context);
  await startClient(page, configFor(server), user, "still");
  await letSave(page);
  await until(() => page.evaluate(storedFlags));
  const session = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
  expect(await page.evaluate(storedFlags)).toBe(0);

  await page.evaluate(() => window.kit.client.identify({ id: "another" }));
  await letSave(page);
  await until(() => page.evaluate(storedFlags));
  expect(await page.evaluate(complaints)).toEqual([]);
});
