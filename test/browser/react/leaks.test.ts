import { describe, expect, test } from "vitest";
import { configFor, openPage, startServer, untilShown } from "./support/browser";
import { VERSIONS } from "./support/site";

describe.each(VERSIONS)("React %i", (version) => {
  test("a client that was made and left listens to nothing", async () => {
    const server = await startServer();
    const page = await openPage(version);
    const counts = await page.evaluate(async (config) => {
      const { listening, sdk } = window.app;
      const client = new sdk.RollgateClient({ ...config, bootstrap: { flags: { beta: true } } });
      client.isEnabled("beta");
      client.subscribe(() => {});
      const made = listening.length;
      client.init();
      const started = listening.length;
      await client.close();
      return [made, started, listening.length];
    }, configFor(server));
    expect(counts).toEqual([0, expect.any(Number), 0]);
    expect(counts[1]).toBeGreaterThan(0);
  });

  test("of the clients that renders make which React throws away, nothing is left", async () => {
    const server = await startServer();
    const page = await openPage(version);
    const made = await page.evaluate((config) => {
      const { h, react, reader, useFlag, useRollgate, listening, ...app } = window.app;
      const [gate, open] = app.gate();
      let reads = 0;
      const read = Object.defineProperty({ ...config }, "apiKey", {
        enumerable: true,
        get() {
          reads++;
          return config.apiKey;
        },
      });
      void new app.sdk.RollgateClient(read);
      const readsOfOne = reads;
      const Reader = reader("beta", () => {
        window.app.client = useRollgate();
        return useFlag("beta");
      });
      // Beside the provider, and in the same boundary: nothing of it is put on the page.
      const Slow = () => {
        if (gate.waiting !== undefined) throw gate.waiting;
        return null;
      };
      app.mount(
        () =>
          h(
            react.Suspense,
            null,
            app.provide({ config: read, user: { id: "ann" } }, Reader),
            h(Slow),
          ),
        "strict",
      );
      app.again();
      Object.assign(window, { open });
      return [reads / readsOfOne - 1, listening.length];
    }, configFor(server));
    expect(made[0]).toBeGreaterThan(1);
    expect(made[1]).toBe(0);

    await page.evaluate("open()");
    await untilShown(page, "beta", "true");
    const left = await page.evaluate(async () => {
      const { client, listening, unmount } = window.app;
      const one = listening.length;
      const types = new Set(listening).size;
      const closed = new Promise<void>((resolve) => client.once("closed", () => resolve()));
      unmount();
      await closed;
      return [one - types, listening.length];
    });
    expect(left).toEqual([0, 0]);
    expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(1);
  });

  if (version > 18)
    test("a provider that is hidden closes its client, and has another when it is shown", async () => {
      const server = await startServer();
      const page = await openPage(version);
      const hidden = await page.evaluate(async (config) => {
        const { h, react, reader, useFlag, useRollgate, ...app } = window.app;
        const clients = new Set<unknown>();
        const readers = [
          reader("banner", () => useFlag("banner", "default")),
          reader("clients", () => {
            window.app.client = useRollgate();
            return clients.add(window.app.client).size;
          }),
        ];
        const show = (mode: "visible" | "hidden") =>
          app.render(h(react.Activity, { mode, children: app.provide({ config }, ...readers) }));
        show("visible");
        const { client } = window.app;
        const closed = new Promise<void>((resolve) => client.once("closed", () => resolve()));
        show("hidden");
        await closed;
        Object.assign(window, { show });
        return client.getState().client;
      }, configFor(server));
      expect(hidden).toBe("closed");
      await page.evaluate(`show("visible")`);
      await untilShown(page, "clients", "2");
      await untilShown(page, "banner", "Welcome");
      expect(await page.evaluate(() => window.app.client.getState().client)).toBe("running");
    });
});
