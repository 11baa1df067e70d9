import { describe, expect, test } from "vitest";
import { configFor, openPage, startServer, untilShown } from "./support/browser";
import { VERSIONS } from "./support/site";

describe.each(VERSIONS)("React %i", (version) => {
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
