import { describe, expect, test } from "vitest";
import { startDevServer } from "../../../src/dev-server";
import { API_KEY, configFor, openPage, startServer, untilShown } from "./support/browser";
import { VERSIONS } from "./support/site";

describe.each(VERSIONS)("React %i", (version) => {
  test("of 1,000 components, a flag that changes renders again the one that reads it", async () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `flag-${index}`);
    await using server = await startDevServer({
      apiKey: API_KEY,
      flags: { flags: Object.fromEntries(keys.map((key) => [key, { enabled: false }])) },
    });
    const page = await openPage(version);
    await page.evaluate(
      ([config, names]) => {
        const { app } = window;
        const { h, reader, useFlag, count } = app;
        app.client = new app.sdk.RollgateClient(config);
        const Readers = names.map((name) => reader(name, () => useFlag(name)));
        function Parent() {
          count("parent");
          return Readers.map((Reader, index) => h(Reader, { key: index }));
        }
        app.render(app.provide({ client: app.client }, Parent));
      },
      [{ ...configFor(server), enableStreaming: true }, keys] as const,
    );
    await page.waitForFunction(() => window.app.client.getState().connection === "streaming.open");
    await page.evaluate(() => {
      for (const name of Object.keys(window.app.renders)) window.app.renders[name] = 0;
    });

    server.updateFlag("flag-500", { enabled: true });

    await untilShown(page, "flag-500", "true");
    const rendered = await page.evaluate(() =>
      Object.entries(window.app.renders).filter(([, times]) => times > 0),
    );
    expect(rendered).toEqual([["flag-500", 1]]);
    expect(await page.evaluate(() => Object.keys(window.app.renders).length)).toBe(1_001);
  });

  test("each hook shows what the server says, by the type of its default", async () => {
    const server = await startServer();
    const page = await openPage(version);
    await page.evaluate((config) => {
      const { app } = window;
      const { reader, useFlag, useFlagDetail, useFlags, useRollgate, useRollgateState } = app;
      app.render(
        app.provide(
          { config },
          reader("on", () => useFlag("beta")),
          reader("typed-on", () => useFlag("banner", false)),
          reader("text", () => useFlag("banner", "default")),
          reader("number", () => useFlag("limit", 1)),
          reader("json", () => useFlag("theme", { mode: "light" }).mode),
          reader("any", () => useFlag("limit", null)),
          reader("wrong", () => useFlag("limit", "default")),
          reader("none", () => useFlag("no-such-flag", 5)),
          reader("detail", () => {
            const { value, reason, source, stale } = useFlagDetail("banner", "default");
            return [value, reason.kind, source, stale];
          }),
          reader("all", () => Object.entries(useFlags()).sort()),
          reader("client", () => useRollgate() instanceof app.sdk.RollgateClient),
          reader("state", () => useRollgateState().client),
        ),
      );
    }, configFor(server));
    await untilShown(page, "text", "Welcome");
    await untilShown(page, "state", "running");
    const texts = await page.evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll("p")].map(({ id, textContent }) => [id, textContent]),
      ),
    );
    expect(texts).toEqual({
      on: "true",
      "typed-on": "true",
      text: "Welcome",
      number: "7",
      json: "dark",
      any: "7",
      wrong: "default",
      none: "5",
      detail: '["Welcome","FALLTHROUGH","network",false]',
      all: JSON.stringify([
        ["banner", true],
        ["beta", true],
        ["for-ann", false],
        ["limit", true],
        ["other", false],
        ["theme", true],
      ]),
      client: "true",
      state: "running",
    });
  });

  test("an evaluation counts for a component that is there, and for each value that it gets", async () => {
    const server = await startServer();
    const page = await openPage(version);
    const counted = await page.evaluate(async (config) => {
      const { app } = window;
      const { reader, useFlag, useFlagDetail, useFlags, useRollgateState, Feature, h } = app;
      const client = new app.sdk.RollgateClient(config);
      app.client = client;
      await client.init();
      const counts = () => client.getTelemetryStats().evaluationCount;
      const readers = [
        reader("value", () => useFlag("beta")),
        reader("detail", () => useFlagDetail("beta").value),
        reader("feature", () => 0),
        reader("all", () => Object.keys(useFlags()).length),
        reader("state", () => useRollgateState().client),
        () => h(Feature, { flag: "beta" }),
      ];
      app.mount(() => app.provide({ client }, ...readers), "strict");
      const mounted = counts();
      for (let times = 0; times < 10; times++) app.again();
      const again = counts();
      client.setOverride("other", true);
      const another = counts();
      return { mounted, again, another };
    }, configFor(server));
    expect(counted).toEqual({ mounted: 3, again: 3, another: 3 });

    await page.evaluate(() => window.app.client.setOverride("beta", false));
    await untilShown(page, "detail", "false");
    await page.waitForFunction(() => window.app.client.getTelemetryStats().evaluationCount === 6);
    await page.evaluate(() => window.app.client.flushTelemetry());
    expect(server.telemetry.at(-1)?.evaluations["beta"]).toEqual({ total: 6, true: 3, false: 3 });
  });
});
