import { describe, expect, test } from "vitest";
import type { UserContext } from "../../../src";
import { configFor, openPage, startServer, takeUncaught, untilShown } from "./support/browser";
import { VERSIONS } from "./support/site";

describe.each(VERSIONS)("React %i", (version) => {
  test("initializes the app's client once, and never closes it", async () => {
    const server = await startServer();
    const page = await openPage(version);
    await page.evaluate((config) => {
      const { reader, useFlag, ...app } = window.app;
      window.app.client = new app.sdk.RollgateClient(config);
      const { client } = window.app;
      const user = { id: "ann" };
      const beta = reader("for-ann", () => useFlag("for-ann"));
      app.mount(() => app.provide({ client, user }, beta), "strict");
    }, configFor(server));
    await untilShown(page, "for-ann", "true");
    const left = await page.evaluate(async () => {
      window.app.unmount();
      await window.app.client.refresh();
      return window.app.client.getState().client;
    });
    expect(left).toBe("running");
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(2);
  });

  test("leaves a client alone that was initialized, but for its user", async () => {
    const server = await startServer();
    const page = await openPage(version);
    const outcome = await page.evaluate(async (config) => {
      const { reader, useFlag, ...app } = window.app;
      const client = new app.sdk.RollgateClient(config);
      window.app.client = client;
      await client.init({ id: "ann" });
      const calls: (string | undefined)[] = [];
      const { identify, reset } = client;
      client.identify = (user) => {
        calls.push(user.id);
        return identify.call(client, user);
      };
      client.reset = () => {
        calls.push(undefined);
        return reset.call(client);
      };
      const forAnn = reader("for-ann", () => useFlag("for-ann"));
      const show = (user?: UserContext | null) => {
        app.render(app.provide({ client, user }, forAnn));
        return [client.user?.id, app.textOf("for-ann")];
      };
      const seen = [
        show(),
        show({ id: "ann", attributes: {} }),
        show({ id: "ann", attributes: {} }),
        show({ id: "bob" }),
        show({ id: "bob", email: undefined } as never),
        show(undefined),
        show(null),
        show({ id: "ann" }),
      ];
      return { seen, calls };
    }, configFor(server));
    // From the call on, no flag of the user before is read.
    expect(outcome).toEqual({
      seen: [
        ["ann", "true"],
        ["ann", "true"],
        ["ann", "true"],
        ["bob", "false"],
        ["bob", "false"],
        [undefined, "false"],
        [undefined, "false"],
        ["ann", "false"],
      ],
      calls: ["bob", undefined, "ann"],
    });
    await untilShown(page, "for-ann", "true");
  });

  test("makes a client of its own, one also in Strict Mode, and closes it when it goes", async () => {
    const server = await startServer();
    const page = await openPage(version);
    await page.evaluate((config) => {
      const { reader, useFlag, useRollgate, ...app } = window.app;
      const made = new Set<unknown>();
      app.mount(
        () =>
          app.provide(
            { config: { ...config, enableStreaming: true }, user: { id: "ann" } },
            reader("for-ann", () => useFlag("for-ann")),
            reader("clients", () => {
              window.app.client = useRollgate();
              return made.add(window.app.client).size;
            }),
          ),
        "strict",
      );
    }, configFor(server));
    await untilShown(page, "clients", "1");
    await untilShown(page, "for-ann", "true");
    await page.waitForFunction(() => window.app.client.getState().connection === "streaming.open");
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    const state = await page.evaluate(async () => {
      const { client } = window.app;
      const closed = new Promise<void>((resolve) => client.once("closed", () => resolve()));
      window.app.unmount();
      await closed;
      return client.getState().client;
    });
    expect(state).toBe("closed");
  });

  test("that goes while its client starts leaves nothing behind", async () => {
    const server = await startServer();
    server.faults.add({ route: "flags", latencyMs: 60_000 });
    const page = await openPage(version);
    const state = await page.evaluate(async (config) => {
      const { reader, useRollgate, useFlag, ...app } = window.app;
      app.mount(() =>
        app.provide(
          { config },
          reader("client", () => {
            window.app.client = useRollgate();
            return "there";
          }),
          reader("beta", () => useFlag("beta")),
        ),
      );
      const { client } = window.app;
      const closed = new Promise<void>((resolve) => client.once("closed", () => resolve()));
      const starting = client.getState().client;
      app.unmount();
      await closed;
      return [starting, client.getState().client];
    }, configFor(server));
    expect(state).toEqual([expect.stringMatching(/^initializing/), "closed"]);
  });

  test("a client that cannot start shows defaults, and flags once it is ready after all", async () => {
    const server = await startServer();
    server.faults.add({ route: "flags", status: 400, times: 1 });
    const page = await openPage(version);
    await page.evaluate((config) => {
      const { reader, useFlag, useRollgate, ...app } = window.app;
      app.mount(() =>
        app.provide(
          { config },
          reader("banner", () => useFlag("banner", "default")),
          reader("client", () => {
            window.app.client = useRollgate();
            return "there";
          }),
        ),
      );
    }, configFor(server));
    await page.waitForFunction(() => window.app.client.getState().client === "running");
    expect(await page.evaluate(() => window.app.textOf("banner"))).toBe("default");
    await page.evaluate(() => window.app.client.refresh());
    await untilShown(page, "banner", "Welcome");
  });

  test("has the user in place when effects of components below run", async () => {
    const server = await startServer();
    const page = await openPage(version);
    const ids = await page.evaluate((config) => {
      const { react, useRollgate, ...app } = window.app;
      const seen: unknown[] = [];
      const Tracker = () => {
        const client = useRollgate();
        react.useEffect(() => void seen.push(client.user?.id));
        return null;
      };
      for (const id of ["ann", "bob"]) app.render(app.provide({ config, user: { id } }, Tracker));
      return seen;
    }, configFor(server));
    expect(ids).toEqual(["ann", "bob"]);
  });

  test("a client that is offline or closed goes on serving what it has", async () => {
    const server = await startServer();
    const page = await openPage(version);
    await page.evaluate(async (config) => {
      const { reader, useFlag, useFlagDetail, ...app } = window.app;
      const client = new app.sdk.RollgateClient({
        ...config,
        bootstrap: { flags: { beta: true } },
      });
      window.app.client = client;
      client.setOffline(true);
      const readers = [
        reader("beta", () => useFlag("beta")),
        reader("source", () => useFlagDetail("beta").source),
      ];
      app.mount(() => app.provide({ client, user: { id: "ann" } }, ...readers));
    }, configFor(server));
    await untilShown(page, "source", "bootstrap");
    const shown = await page.evaluate(async () => {
      await window.app.client.close();
      const before = window.app.textOf("beta");
      window.app.unmount();
      window.app.again();
      return [before, window.app.textOf("beta"), window.app.client.getState().client];
    });
    expect(shown).toEqual(["true", "true", "closed"]);
    expect(server.requests).toEqual([]);
  });

  test("another client in its place is read from then on", async () => {
    const server = await startServer();
    const page = await openPage(version);
    const shown = await page.evaluate((config) => {
      const { reader, useFlag, ...app } = window.app;
      const make = (flags: Record<string, string>) =>
        new app.sdk.RollgateClient({ ...config, bootstrap: { flags } });
      const [one, two] = [make({ banner: "one" }), make({ banner: "two" })];
      one.setOffline(true);
      two.setOffline(true);
      const banner = reader("banner", () => useFlag("banner", ""));
      const texts: unknown[] = [];
      const look = () => texts.push(app.textOf("banner"));
      app.render(app.provide({ client: one }, banner));
      look();
      app.render(app.provide({ client: two }, banner));
      look();
      one.setOverride("banner", "changed");
      const { renders } = app;
      two.setOverride("banner", "other");
      return new Promise((resolve) => {
        queueMicrotask(() => {
          look();
          resolve([texts, renders]);
        });
      });
    }, configFor(server));
    expect(shown).toEqual([["one", "two", "other"], { banner: 3 }]);
  });

  test("a hook without a provider says which", async () => {
    const page = await openPage(version);
    const messages = await page.evaluate(() => {
      const { h, react, complaints, Feature, useFlag, useFlags, ...app } = window.app;
      const said: string[] = [];
      class Boundary extends react.Component<{ children?: unknown }> {
        override state = { failed: false };
        static getDerivedStateFromError = () => ({ failed: true });
        override componentDidCatch({ name, message }: Error) {
          said.push(`${name}: ${message}`);
        }
        override render() {
          return this.state.failed ? null : (this.props.children as never);
        }
      }
      const uses = [
        () => useFlag("beta"),
        () => app.useFlagDetail("beta"),
        () => useFlags(),
        () => app.useRollgate(),
        () => app.useRollgateState(),
      ];
      const components = [
        ...uses.map((use) => app.reader("none", use)),
        () => h(Feature, { flag: "beta" }),
      ];
      app.render(components.map((component, key) => h(Boundary, { key }, h(component))));
      // React tells the console of each.
      complaints.length = 0;
      return said;
    });
    // React 18 lets the window hear of them, too.
    takeUncaught();
    const who = [
      "useFlag()",
      "useFlagDetail()",
      "useFlags()",
      "useRollgate()",
      "useRollgateState()",
    ];
    expect(messages).toEqual(
      [...who, "<Feature>"].map(
        (name) =>
          `ConfigurationError: ${name} found no <RollgateProvider> above the component that uses it.`,
      ),
    );
  });
});
