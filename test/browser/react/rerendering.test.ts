import { describe, expect, test } from "vitest";
import { configFor, openPage, startServer, untilShown } from "./support/browser";
import { VERSIONS } from "./support/site";

describe.each(VERSIONS)("React %i", (version) => {
  /** A page whose `app.client` has its flags; components are mounted by the test. */
  async function startedPage() {
    const server = await startServer();
    const page = await openPage(version);
    await page.evaluate(async (config) => {
      const { app } = window;
      app.client = new app.sdk.RollgateClient(config);
      await app.client.init({ id: "eve" });
    }, configFor(server));
    return { server, page };
  }

  test("what is equal stays the same object, also the caller's default", async () => {
    const { page } = await startedPage();
    const outcome = await page.evaluate(async () => {
      const { client, reader, useFlag, useFlags, useFlagDetail, ...app } = window.app;
      const seen = new Map<string, Set<unknown>>();
      const noting = (name: string, use: () => unknown) =>
        reader(name, () => {
          const value = use();
          seen.set(name, (seen.get(name) ?? new Set()).add(value));
          return seen.get(name)?.size;
        });
      const readers = [
        noting("theme", () => useFlag("theme", { mode: "light" })),
        noting("default", () => useFlag("nothing", { mode: "light" })),
        noting("all", () => useFlags()),
        noting("detail", () => useFlagDetail("theme", { mode: "light" })),
      ];
      app.mount(() => app.provide({ client }, ...readers));
      const before = client.getJson("theme", {});
      // Asks for all flags once more.
      await client.identify({ id: "eve", attributes: { asked: "again" } });
      const isOther = before !== client.getJson("theme", {});
      const withoutCause = { ...app.renders };
      app.again();
      return { isOther, withoutCause, sizes: [...seen.values()].map(({ size }) => size) };
    });
    expect(outcome).toMatchObject({
      isOther: true,
      withoutCause: { theme: 1, default: 1, all: 1 },
      sizes: [1, 1, 1, expect.any(Number)],
    });

    await page.evaluate(() => window.app.client.setOverride("theme", { mode: "blue" }));
    await untilShown(page, "theme", "2");
    await untilShown(page, "all", "1");
    await untilShown(page, "default", "1");
  });

  test("an override shows at once, and is gone when it is cleared", async () => {
    const { page } = await startedPage();
    await page.evaluate(() => {
      const { client, reader, useFlag, useFlagDetail, ...app } = window.app;
      app.mount(() =>
        app.provide(
          { client },
          reader("beta", () => useFlag("beta")),
          reader("source", () => useFlagDetail("beta").source),
        ),
      );
      client.setOverride("beta", false);
    });
    await untilShown(page, "beta", "false");
    await untilShown(page, "source", "override");
    await page.evaluate(() => window.app.client.clearOverrides());
    await untilShown(page, "beta", "true");
    await untilShown(page, "source", "network");
  });

  test("a detail renders again when only the reason or staleness changes, a value does not", async () => {
    const { server, page } = await startedPage();
    await page.evaluate(() => {
      const { client, reader, useFlag, useFlagDetail, ...app } = window.app;
      app.mount(() =>
        app.provide(
          { client },
          reader("value", () => useFlag("beta")),
          reader("reason", () => useFlagDetail("beta").reason.kind),
          reader("stale", () => useFlagDetail("beta").stale),
          reader("source", () => useFlagDetail("beta").source),
        ),
      );
    });
    await untilShown(page, "source", "network");
    await page.evaluate(() => window.app.client.applyBootstrap({ flags: { beta: true } }));
    await untilShown(page, "source", "bootstrap");
    await untilShown(page, "reason", "FALLTHROUGH");
    await page.evaluate(() => {
      const reasons = { beta: { kind: "TARGET_MATCH" as const } };
      window.app.client.applyBootstrap({ flags: { beta: true }, reasons });
    });
    await untilShown(page, "reason", "TARGET_MATCH");

    // Other attributes: what is there is stale until the answer, which does not come.
    server.faults.add({ route: "flags", status: 400 });
    await page.evaluate(() =>
      window.app.client.identify({ id: "eve", attributes: { plan: "pro" } }).catch(() => {}),
    );
    await untilShown(page, "stale", "true");
    expect(await page.evaluate(() => window.app.renders["value"])).toBe(1);
  });

  test("all flags render again for one that is switched, not for another text", async () => {
    const { server, page } = await startedPage();
    await page.evaluate(() => {
      const { client, reader, useFlags, useFlag, ...app } = window.app;
      app.mount(() =>
        app.provide(
          { client },
          reader("other", () => useFlags()["other"]),
          reader("banner", () => useFlag("banner", "")),
        ),
      );
    });
    server.updateFlag("banner", { variations: [{ id: "one", value: "Bye" }] });
    await page.evaluate(() => window.app.client.refresh());
    await untilShown(page, "banner", "Bye");
    expect(await page.evaluate(() => window.app.renders)).toEqual({ other: 1, banner: 2 });
    server.updateFlag("other", { enabled: true });
    await page.evaluate(() => window.app.client.refresh());
    await untilShown(page, "other", "true");
    expect(await page.evaluate(() => window.app.renders)).toEqual({ other: 2, banner: 2 });
  });

  test("the state renders once for a burst of transitions", async () => {
    const { page } = await startedPage();
    const transitions = await page.evaluate(async () => {
      const { client, reader, useRollgateState, ...app } = window.app;
      app.mount(() =>
        app.provide(
          { client },
          reader("connection", () => useRollgateState().connection),
          reader("first", () => useRollgateState().client),
        ),
      );
      let count = 0;
      client.onTransition(() => count++);
      for (const offline of [true, false, true]) {
        client.setOffline(offline);
        // React renders in a microtask what it is told.
        for (let times = 0; times < 10; times++) await undefined;
      }
      return count;
    });
    expect(transitions).toBeGreaterThan(4);
    await untilShown(page, "connection", "suspended");
    expect(await page.evaluate(() => window.app.renders)).toEqual({ connection: 2, first: 2 });
  });

  test("<Feature> shows its children while the flag is on, else the fallback", async () => {
    const { page } = await startedPage();
    await page.evaluate(() => {
      const { client, h, Feature, count, ...app } = window.app;
      const Heavy = () => {
        count("heavy");
        return h("b", null, "new");
      };
      const asked = () => {
        count("asked");
        return h(Heavy);
      };
      app.mount(() =>
        app.provide(
          { client },
          () => h("p", { id: "plain" }, h(Feature, { flag: "beta", fallback: "old" }, "new")),
          () => h("p", { id: "bare" }, h(Feature, { flag: "other" }, "new")),
          () =>
            h(
              "p",
              { id: "called" },
              h(Feature, { flag: "other", fallback: "old", children: asked }),
            ),
          () =>
            h(
              "p",
              { id: "given" },
              h(Feature, { flag: "banner", children: (text: unknown) => `${text}!` }),
            ),
        ),
      );
    });
    const texts = () =>
      page.evaluate(() =>
        ["plain", "bare", "called", "given"].map((name) => window.app.textOf(name)),
      );
    expect(await texts()).toEqual(["new", "", "old", "Welcome!"]);
    expect(await page.evaluate(() => window.app.renders)).toEqual({});
    await page.evaluate(() => {
      window.app.client.setOverride("beta", false);
      window.app.client.setOverride("other", true);
      window.app.client.setOverride("banner", "Hi");
    });
    await untilShown(page, "given", "Hi!");
    expect(await texts()).toEqual(["old", "new", "new", "Hi!"]);
  });
});
