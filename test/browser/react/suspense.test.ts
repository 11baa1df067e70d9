import { describe, expect, test } from "vitest";
import { configFor, openPage, startServer, untilShown } from "./support/browser";
import { VERSIONS } from "./support/site";

describe.each(VERSIONS)("React %i", (version) => {
  test.each(["plain", "strict"] as const)(
    "components that read flags wait for the first ones, the others do not (%s)",
    async (mode) => {
      const server = await startServer();
      const page = await openPage(version);
      const texts = await page.evaluate(
        ([config, how]) => {
          const { h, react, reader, shown, useFlag, useFlags, useRollgateState, ...app } =
            window.app;
          const Banner = reader("banner", () => useFlag("banner", "default"));
          const Names = reader("names", () => Object.keys(useFlags()).length);
          const State = reader("state", () => useRollgateState().client);
          app.mount(
            () =>
              h(
                app.RollgateProvider,
                { config, suspense: true, fallback: shown("outer", "wait") },
                h(State),
                h(react.Suspense, { fallback: shown("inner", "wait") }, h(Banner), h(Names)),
              ),
            how,
          );
          return ["banner", "names", "state", "inner", "outer"].map((name) => app.textOf(name));
        },
        [configFor(server), mode] as const,
      );
      expect(texts).toEqual([
        undefined,
        undefined,
        expect.stringMatching(/^init/),
        "wait",
        undefined,
      ]);
      await untilShown(page, "banner", "Welcome");
      await untilShown(page, "names", "6");
      expect(await page.evaluate(() => window.app.textOf("inner"))).toBeUndefined();
      expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(1);
    },
  );

  test("without a nearer boundary the provider's fallback is shown", async () => {
    const server = await startServer();
    const page = await openPage(version);
    const fallback = await page.evaluate((config) => {
      const { reader, shown, useFlag, ...app } = window.app;
      const props = { config, suspense: true, fallback: shown("outer", "wait") };
      app.mount(() =>
        app.provide(
          props,
          reader("banner", () => useFlag("banner", "default")),
        ),
      );
      return app.textOf("outer");
    }, configFor(server));
    expect(fallback).toBe("wait");
    await untilShown(page, "banner", "Welcome");
  });

  test.each([
    ["fails", { route: "flags", status: 400 }],
    ["is refused", { route: "flags", status: 401 }],
  ] as const)(
    "a start that %s ends the waiting, with defaults, and flags come later",
    async (_, fault) => {
      const server = await startServer();
      server.faults.add({ ...fault, times: 1 });
      const page = await openPage(version);
      await page.evaluate((config) => {
        const { reader, useFlag, ...app } = window.app;
        const client = new app.sdk.RollgateClient(config);
        window.app.client = client;
        const banner = reader("banner", () => useFlag("banner", "default"));
        app.mount(() => app.provide({ client, suspense: true }, banner));
      }, configFor(server));
      await untilShown(page, "banner", "default");
      await page.evaluate(() => window.app.client.refresh());
      await untilShown(page, "banner", "Welcome");
    },
  );

  test("a user that makes no sense ends the waiting, and the next one starts the client", async () => {
    const server = await startServer();
    const page = await openPage(version);
    await page.evaluate((config) => {
      const { reader, useFlag, ...app } = window.app;
      const client = new app.sdk.RollgateClient(config);
      const codes: string[] = [];
      client.on("error", ({ code }) => codes.push(code));
      const forAnn = reader("for-ann", () => useFlag("for-ann"));
      const show = (id: string) =>
        app.render(app.provide({ client, user: { id }, suspense: true }, forAnn), "strict");
      show("");
      Object.assign(window, { show, codes });
    }, configFor(server));
    await untilShown(page, "for-ann", "false");
    expect(await page.evaluate("codes")).toContain("INVALID_USER");
    expect(server.requests).toEqual([]);
    await page.evaluate(`show("ann")`);
    await untilShown(page, "for-ann", "true");
  });

  test("nobody waits for a client that has flags, is offline, or was closed", async () => {
    const server = await startServer();
    const page = await openPage(version);
    const atOnce = await page.evaluate(async (config) => {
      const { h, reader, useFlag, ...app } = window.app;
      const ready = new app.sdk.RollgateClient({
        ...config,
        bootstrap: { flags: { banner: "Hi" } },
      });
      const offline = new app.sdk.RollgateClient(config);
      const closed = new app.sdk.RollgateClient(config);
      offline.setOffline(true);
      ready.setOffline(true);
      await closed.close();
      const clients = { ready, offline, closed };
      app.mount(() =>
        Object.entries(clients).map(([name, client]) =>
          h(
            app.RollgateProvider,
            { key: name, client, suspense: true },
            h(reader(name, () => useFlag("banner", "default"))),
          ),
        ),
      );
      return app.textOf("ready");
    }, configFor(server));
    expect(atOnce).toBe("Hi");
    await untilShown(page, "offline", "default");
    await untilShown(page, "closed", "default");
  });

  test("whoever has shown flags does not wait again for another user's", async () => {
    const server = await startServer();
    const page = await openPage(version);
    await page.evaluate(async (config) => {
      const { reader, shown, useFlag, ...app } = window.app;
      const client = new app.sdk.RollgateClient(config);
      window.app.client = client;
      await client.init();
      const forAnn = reader("for-ann", () => useFlag("for-ann"));
      const fallback = shown("outer", "wait");
      const show = (id: string) =>
        app.render(app.provide({ client, user: { id }, suspense: true, fallback }, forAnn));
      show("ann");
      Object.assign(window, { show });
    }, configFor(server));
    // The first user's flags are waited for.
    await untilShown(page, "for-ann", "true");
    const texts = await page.evaluate<string[]>(
      `show("bob"), [app.textOf("for-ann"), app.textOf("outer")]`,
    );
    expect(texts).toEqual(["false", undefined]);
    await page.waitForFunction(() => window.app.client.isReady);
  });
});
