/**
 * Clients of other services, each used as its own documentation says, over loopback.
 * A contestant brings the body that its service would send for the same flags:
 *
 *   body(flags)   flags: { key: { on, rule } }; a rule is "plan pro, half of the users"
 *   start(url)    what an app writes until flags are there: { isOn, isOnFor, update, close }
 *
 * `update(announce)` resolves when the client has the next flags; `announce` makes a
 * streaming server tell them.
 */
import { RollgateClient } from "rollgate";

const map = (flags, make) =>
  Object.fromEntries(Object.entries(flags).map(([key, flag]) => [key, make(flag, key)]));

export const CONTESTANTS = {
  rollgate: {
    name: "rollgate",
    body: (flags) => {
      const on = map(flags, (flag) => flag.on);
      return JSON.stringify({
        flags: on,
        reasons: map(on, (inRollout) => ({ kind: "FALLTHROUGH", inRollout })),
      });
    },
    rules: (flags) =>
      map(flags, ({ on, rule }, key) => ({
        key,
        enabled: on,
        rollout: rule ? 0 : 100,
        rules: rule
          ? [
              {
                id: "r",
                enabled: true,
                rollout: 50,
                conditions: [{ attribute: "plan", operator: "equals", value: "pro" }],
              },
            ]
          : [],
      })),
    async start(url, rules) {
      const client = new RollgateClient({
        apiKey: "bench-key",
        baseUrl: url,
        refreshIntervalMs: 0,
        telemetry: { enabled: false },
        ...(rules && { bootstrap: { rules: { version: "1", flags: rules } } }),
      });
      if (rules) client.setOffline(true);
      await client.init();
      return {
        isOn: (key) => client.isEnabled(key),
        isOnFor: (key, id) => client.isEnabled(key, false, { id, attributes: { plan: "pro" } }),
        update: () => client.refresh(),
        close: () => client.close(),
      };
    },
  },

  launchdarkly: {
    name: "@launchdarkly/node-server-sdk",
    streams: true,
    body: (flags) =>
      JSON.stringify({
        path: "/",
        data: {
          segments: {},
          flags: map(flags, ({ on, rule, version = 1 }, key) => ({
            key,
            version,
            on: true,
            variations: [true, false],
            offVariation: 1,
            fallthrough: { variation: on && !rule ? 0 : 1 },
            targets: [],
            prerequisites: [],
            salt: "salt",
            rules: rule
              ? [
                  {
                    id: "r",
                    clauses: [
                      {
                        attribute: "plan",
                        op: "in",
                        values: ["pro"],
                        negate: false,
                        contextKind: "user",
                      },
                    ],
                    rollout: {
                      contextKind: "user",
                      variations: [
                        { variation: 0, weight: 50_000 },
                        { variation: 1, weight: 50_000 },
                      ],
                    },
                  },
                ]
              : [],
          })),
        },
      }),
    async start(url) {
      const ld = await import("@launchdarkly/node-server-sdk");
      const client = ld.init("bench-key", {
        baseUri: url,
        streamUri: url,
        sendEvents: false,
        diagnosticOptOut: true,
        logger: ld.basicLogger({ level: "none" }),
      });
      await client.waitForInitialization({ timeout: 10 });
      const nobody = { kind: "user", key: "nobody" };
      return {
        isOn: (key) => client.boolVariation(key, nobody, false),
        isOnFor: (key, id) =>
          client.boolVariation(key, { kind: "user", key: id, plan: "pro" }, false),
        update: (announce) =>
          new Promise((resolve) => {
            client.once("update", resolve);
            announce();
          }),
        close: () => client.close(),
      };
    },
  },

  unleash: {
    name: "unleash-client",
    body: (flags) =>
      JSON.stringify({
        version: 2,
        features: Object.entries(flags).map(([name, { on, rule }]) => ({
          name,
          type: "release",
          enabled: on,
          variants: [],
          strategies: rule
            ? [
                {
                  name: "flexibleRollout",
                  parameters: { rollout: "50", stickiness: "userId", groupId: name },
                  constraints: [{ contextName: "plan", operator: "IN", values: ["pro"] }],
                },
              ]
            : [{ name: "default", parameters: {} }],
        })),
      }),
    async start(url) {
      const { InMemStorageProvider, Unleash } = await import("unleash-client");
      const client = new Unleash({
        url: `${url}/api`,
        appName: "bench",
        disableMetrics: true,
        refreshInterval: 3_600_000,
        storageProvider: new InMemStorageProvider(),
        customHeaders: { Authorization: "bench-key" },
      });
      await new Promise((resolve, reject) => {
        client.once("synchronized", resolve);
        client.once("error", reject);
      });
      return {
        isOn: (key) => client.isEnabled(key),
        isOnFor: (key, userId) => client.isEnabled(key, { userId, properties: { plan: "pro" } }),
        // What its timer does.
        update: () => client.repository.fetch(),
        close: () => client.destroy(),
      };
    },
  },

  growthbook: {
    name: "@growthbook/growthbook",
    body: (flags) =>
      JSON.stringify({
        features: map(flags, ({ on, rule }) => ({
          defaultValue: on && !rule,
          ...(rule && {
            rules: [
              { condition: { plan: "pro" }, force: true, coverage: 0.5, hashAttribute: "id" },
            ],
          }),
        })),
      }),
    async start(url) {
      const { configureCache, GrowthBookClient } = await import("@growthbook/growthbook");
      configureCache({ disableCache: true });
      const client = new GrowthBookClient({ apiHost: url, clientKey: "bench" });
      const { success, error } = await client.init({ timeout: 10_000 });
      if (!success) throw error;
      const nobody = { attributes: {} };
      return {
        isOn: (key) => client.isOn(key, nobody),
        isOnFor: (key, id) => client.isOn(key, { attributes: { id, plan: "pro" } }),
        update: () => client.refreshFeatures(),
        close: () => client.destroy(),
      };
    },
  },

  configcat: {
    name: "configcat-node",
    body: (flags) =>
      JSON.stringify({
        p: { u: "http://127.0.0.1", r: 0, s: "salt" },
        s: [],
        f: map(flags, ({ on, rule }) => ({
          t: 0,
          v: { b: on && !rule },
          i: "v",
          p: [],
          r: rule
            ? [
                {
                  c: [{ u: { a: "plan", c: 28, s: "pro" } }],
                  p: [
                    { p: 50, v: { b: true }, i: "on" },
                    { p: 50, v: { b: false }, i: "off" },
                  ],
                },
              ]
            : [],
        })),
      }),
    async start(url) {
      const { createConsoleLogger, getClient, LogLevel, PollingMode, User } = await import(
        "configcat-node"
      );
      // One client per key: each start has a key of its own.
      const key = String(++this.starts).padStart(22, "0");
      const client = getClient(`configcat-sdk-1/${key}/${key}`, PollingMode.ManualPoll, {
        baseUrl: url,
        logger: createConsoleLogger(LogLevel.Error),
      });
      await client.forceRefreshAsync();
      let snapshot = client.snapshot();
      return {
        isOn: (name) => snapshot.getValue(name, false),
        isOnFor: (name, id) =>
          snapshot.getValue(name, false, new User(id, undefined, undefined, { plan: "pro" })),
        async update() {
          await client.forceRefreshAsync();
          snapshot = client.snapshot();
        },
        close: () => client.dispose(),
      };
    },
    starts: 0,
  },
};
