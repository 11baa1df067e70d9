import { describe, expect, test, vi } from "vitest";
import { configFor, openPage, siteOf, startServer, untilShown } from "./support/browser";
import { VERSIONS } from "./support/site";

/** What a server knows of the flags when it renders. */
const BOOTSTRAP = {
  flags: { beta: true, other: false, banner: "Hello", theme: { mode: "dark" } },
  reasons: { beta: { kind: "TARGET_MATCH" as const } },
};

const textsOf = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<p id="(\w+)">(.*?)<\/p>/g)].map(([, name, text]) => [name, text]),
  );

describe.each(VERSIONS)("React %i", (version) => {
  test.each(["page", "streamed"] as const)(
    "a server renders the flags of its bootstrap, and defaults without one (%s)",
    async (kind) => {
      const complaints = vi.spyOn(console, "error");
      const config = { apiKey: "key", logLevel: "silent" as const };
      const props = { config: { ...config, bootstrap: BOOTSTRAP } };
      expect(textsOf(await siteOf(version).html(props, kind))).toEqual({
        beta: "beta is on",
        banner: "Hello",
        theme: "dark",
        reason: "TARGET_MATCH",
        names: "banner beta other theme",
        feature: "new",
      });
      for (const suspense of [false, true]) {
        expect(textsOf(await siteOf(version).html({ config, suspense }, kind))).toEqual({
          beta: "beta is off",
          banner: "no banner",
          theme: "light",
          reason: "ERROR",
          names: "",
          feature: "old",
        });
      }
      expect(complaints.mock.calls).toEqual([]);
      complaints.mockRestore();
    },
  );

  test.each([
    ["with bootstrap", BOOTSTRAP, false, "page"],
    ["without bootstrap", undefined, false, "page"],
    ["with bootstrap, waiting for flags", BOOTSTRAP, true, "page"],
    ["without bootstrap, waiting for flags", undefined, true, "page"],
    ["in a stream", BOOTSTRAP, false, "streamed"],
    ["in a stream, waiting for flags", undefined, true, "streamed"],
  ] as const)(
    "the browser takes over what the server rendered %s, without a complaint",
    async (_, bootstrap, suspense, kind) => {
      const server = await startServer();
      const config = { ...configFor(server), ...(bootstrap !== undefined && { bootstrap }) };
      const page = await openPage(
        version,
        await siteOf(version).rendered({ config, suspense }, kind),
      );
      await page.evaluate(
        ([given, waits]) => {
          const { Page, bootstrap, ...app } = { ...window.app, bootstrap: window.bootstrap };
          const found = document.getElementById("beta");
          const own = { ...given, ...(bootstrap && { bootstrap }) };
          app.hydrate(app.h(Page, { config: own, suspense: waits }));
          Object.assign(window, { isKept: () => found === document.getElementById("beta") });
        },
        [configFor(server), suspense] as const,
      );
      // The server's own flags, which differ, come afterwards.
      await untilShown(page, "banner", "Welcome");
      await untilShown(page, "names", "banner beta for-ann limit other theme");
      // What was there is what is there: nothing was thrown away and made anew.
      expect(await page.evaluate("isKept()")).toBe(true);
    },
  );

  test("a part of the page that comes late takes over what the server rendered, then shows what is true by then", async () => {
    const server = await startServer();
    const config = { ...configFor(server), bootstrap: BOOTSTRAP };
    const page = await openPage(version, await siteOf(version).rendered({ config }, "late"));
    await page.evaluate(async (given) => {
      const { h, LatePage, ...app } = window.app;
      const client = new app.sdk.RollgateClient({ ...given, bootstrap: window.bootstrap ?? {} });
      const [gate, open] = app.gate();
      const found = document.getElementById("beta");
      app.hydrate(h(LatePage, { client, gate }));
      Object.assign(window, { open, isKept: () => found === document.getElementById("beta") });
      await new Promise<void>((resolve) => {
        client.once("flags_updated", () => resolve());
      });
    }, configFor(server));
    expect(await page.evaluate(() => window.app.textOf("banner"))).toBe("Hello");
    await page.evaluate("open()");
    await untilShown(page, "banner", "Welcome");
    expect(await page.evaluate("isKept()")).toBe(true);
  });
});
