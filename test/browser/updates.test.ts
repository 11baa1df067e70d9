import { describe, expect, test } from "vitest";
import { configFor, openPage, startClient, startServer } from "./support/browser";

const user = { id: "u1", email: "u1@example.com", attributes: { plan: "pro" } };

describe.each([
  ["polling", { refreshIntervalMs: 50 }],
  ["streaming", { enableStreaming: true }],
] as const)("%s", (mode, options) => {
  test("a change on the server arrives", async () => {
    const server = await startServer();
    const page = await openPage();
    await startClient(page, configFor(server, options));
    if (mode === "streaming") {
      await page.waitForFunction(
        () => window.kit.client.getState().connection === "streaming.open",
      );
    }
    server.updateFlag("later", { enabled: true });
    await page.waitForFunction(() => window.kit.changes.length > 0);
    const changes = await page.evaluate(() => window.kit.changes);
    expect(changes).toEqual([{ key: "later", value: true, previous: false }]);
    expect(await page.evaluate(() => window.kit.client.isEnabled("later"))).toBe(true);
  });

  test("identify turns a flag on that is targeted by attribute, reset off again", async () => {
    const server = await startServer();
    const page = await openPage();
    await startClient(page, configFor(server, options));
    const isOn = () => page.evaluate(() => window.kit.client.isEnabled("pro-only"));
    expect(await isOn()).toBe(false);
    await page.evaluate((who) => window.kit.client.identify(who), user);
    expect(await isOn()).toBe(true);
    expect(server.users.get("u1")).toEqual(user);
    await page.evaluate(() => window.kit.client.reset());
    expect(await isOn()).toBe(false);
  });
});

test("an open stream replaces polling", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server, { enableStreaming: true, refreshIntervalMs: 50 }));
  await page.waitForFunction(() => window.kit.client.getState().connection === "streaming.open");
  expect(await page.evaluate(() => window.kit.client.getState().nextPollAt)).toBeUndefined();
  expect(server.connectedStreams).toBe(1);
});
