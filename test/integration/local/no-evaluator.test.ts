import { describe, expect, it, onTestFinished } from "vitest";
import type { RollgateConfig } from "../../../src";
import { PlatformClient } from "../../../src/client/client";
import type { RulesEngine } from "../../../src/flags/rules";
import { nodePlatform } from "../../../src/platform/node";
import { API_KEY } from "../../support/client";
import { nextEvent, recordEvents, until, untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage } from "../client/support";
import { FREE, local, PRO, RULES } from "./support";

const NO_RULES = { kind: "ERROR", errorKind: "RULES_NOT_AVAILABLE" };
const GIVEN = { version: "given", flags: RULES };
const never = () => new Promise<never>(() => {});
const gone = async () => {
  throw new Error("the chunk is gone");
};

/** A client whose platform loads the evaluator in these ways, one after the other, the last for ever. */
function clientOf(
  url: string,
  config: Partial<RollgateConfig>,
  ...loads: (() => Promise<RulesEngine>)[]
) {
  const platform = {
    ...nodePlatform,
    loadRules: () => ((loads.length > 1 ? loads.shift() : loads[0]) ?? never)(),
  };
  const client = new PlatformClient(
    {
      apiKey: API_KEY,
      baseUrl: url,
      refreshIntervalMs: 0,
      retry: { maxRetries: 0 },
      telemetry: { enabled: false },
      closeTimeoutMs: 500,
      logLevel: "silent",
      enableStreaming: true,
      ...config,
    },
    platform,
  );
  onTestFinished(() => client.close());
  return client;
}

async function streaming(...loads: (() => Promise<RulesEngine>)[]) {
  const server = await startRollgateServer({ beta: false });
  const client = clientOf(server.url, {}, ...loads);
  const errors = recordEvents(client, "error");
  await client.init(PRO);
  const stream = await server.stream(1);
  const sendRules = (version: string) => stream.event("rules-full", { version, flags: RULES });
  return { server, client, errors, stream, sendRules };
}

describe("an evaluator that cannot be loaded", () => {
  it("is told once, and the server goes on deciding: it is asked", async () => {
    const { server, client, errors, stream, sendRules } = await streaming(gone);
    server.flags = { beta: false, asked: true };
    const told = nextEvent(client, "error");
    const asked = nextEvent(client, "flag_changed");
    sendRules("v1");
    const error = await told;
    expect(error).toMatchObject({ code: "RULES_NOT_LOADED", retryable: true });
    expect(error.message).not.toContain(API_KEY);
    expect(await asked).toMatchObject({ key: "asked", value: true });
    server.flags = { beta: true, asked: true };
    const changed = nextEvent(client, "flag_changed");
    stream.event("flag-changed", { key: "beta", enabled: true });
    expect(await changed).toMatchObject({ key: "beta", value: true });
    expect([client.mode, client.rulesVersion]).toEqual(["remote", undefined]);
    expect(client.isEnabledDetail("beta").source).toBe("network");
    expect(client.isEnabledDetail("beta", false, FREE).reason).toEqual(NO_RULES);
    expect(errors.entries).toHaveLength(1);
  });

  it("is asked for again with the next rules", async () => {
    const { client, errors, sendRules } = await streaming(gone, nodePlatform.loadRules);
    const told = nextEvent(client, "error");
    sendRules("v1");
    await told;
    const updated = nextEvent(client, "rules_updated");
    sendRules("v2");
    expect(await updated).toBe("v2");
    expect([client.mode, client.isEnabled("beta")]).toEqual(["local", true]);
    expect(errors.entries).toHaveLength(1);
  });

  it("does not keep the server's flags from a start with rules that the app gave", async () => {
    const server = await startRollgateServer({ fetched: true });
    const client = clientOf(server.url, { bootstrap: { rules: GIVEN } }, gone);
    const errors = recordEvents(client, "error");
    await client.init(PRO);
    expect(client.getAllFlags()).toEqual({ fetched: true });
    expect(errors.of("error").map(({ code }) => code)).toEqual(["RULES_NOT_LOADED"]);
  });
});

describe("an evaluator that never comes", () => {
  it.each([
    ["rules that the app gave", { bootstrap: { rules: GIVEN } }],
    ["kept rules", {}],
  ])("holds a start with %s up for a second at most", async (_, given) => {
    const storage = createMapStorage();
    const clock = createVirtualClock();
    const { server, client: earlier } = await local(RULES, { clock, cache: { storage } });
    await earlier.close();
    const client = clientOf(server.url, { clock, cache: { storage }, ...given }, never);
    const events = recordEvents(client, "error");
    const fetches = server.count("flags");
    const initialized = client.init({ id: "unknown" });
    await clock.timer(1_000);
    // The storage has answered: nobody waits for it any more.
    await until(() => !clock.pending().includes(100));
    clock.advance(999);
    await untilState(client, ({ client: phase }) => phase === "initializing.loading");
    expect(server.count("flags")).toBe(fetches);
    clock.advance(1);
    await initialized;
    expect(client.getAllFlags()).toEqual({ fetched: true });
    expect([client.mode, events.entries]).toEqual(["remote", []]);
  });

  it("leaves the server deciding", async () => {
    let asked = false;
    const { server, client, stream, sendRules } = await streaming(() => {
      asked = true;
      return never();
    });
    sendRules("v1");
    await until(() => asked);
    server.flags = { beta: true };
    const changed = nextEvent(client, "flag_changed");
    stream.event("flag-changed", { key: "beta", enabled: true });
    expect(await changed).toMatchObject({ key: "beta", value: true });
    await client.identify(FREE);
    expect(client.isEnabledDetail("beta").source).toBe("network");
  });

  it("but comes after all serves the rules that came last", async () => {
    const arrivals: ((engine: RulesEngine) => void)[] = [];
    const slow = () => new Promise<RulesEngine>((resolve) => void arrivals.push(resolve));
    const { client, sendRules } = await streaming(slow);
    sendRules("v1");
    await until(() => arrivals.length === 1);
    sendRules("v2");
    await until(() => arrivals.length === 2);
    const updates = recordEvents(client, "rules_updated");
    const engine = await nodePlatform.loadRules();
    const updated = nextEvent(client, "rules_updated");
    for (const arrive of arrivals) arrive(engine);
    await updated;
    expect(updates.of("rules_updated")).toEqual(["v2"]);
    expect(client.isEnabled("beta")).toBe(true);
  });
});
