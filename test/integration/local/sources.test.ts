import { beforeEach, describe, expect, it } from "vitest";
import type { RollgateClient, RollgateConfig } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent, untilState } from "../../support/events";
import {
  createGate,
  type RollgateServer,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock";
import { createMapStorage, type MapStorage, persist, rejection } from "../client/support";
import { FREE, PRO, RULES } from "./support";

const TTL = 300_000;
const TARGET_MATCH = { kind: "TARGET_MATCH" };
const RULE_MATCH = { kind: "RULE_MATCH", ruleId: "plan-pro", ruleIndex: 0, inRollout: true };
const IN_ROLLOUT = { kind: "FALLTHROUGH", inRollout: true };
const OUTSIDE = { kind: "FALLTHROUGH", inRollout: false };
const FETCHED = { flags: { beta: true }, reasons: { beta: TARGET_MATCH } };
const BOOTSTRAP_RULES = { version: "v1", flags: RULES };
const error = (errorKind: string) => ({ kind: "ERROR", errorKind });

let server: RollgateServer;
let clock: VirtualClock;
let storage: MapStorage;
/** When the row's flags or rules were last vouched for. */
let vouchedAt: number;

beforeEach(async () => {
  server = await startRollgateServer();
  server.answer("flags", FETCHED);
  clock = createVirtualClock();
  storage = createMapStorage();
});

function create(config: Partial<RollgateConfig> = {}): RollgateClient {
  vouchedAt = clock.now();
  return createClient(server, { clock, cache: { storage }, ...config });
}

/** No further fetch is answered while the row's source serves. */
function hold(): void {
  server.answer("flags", { gate: createGate() });
}

async function network() {
  const client = create();
  await client.init(PRO);
  hold();
  return client;
}

async function stream() {
  const client = create({ enableStreaming: true });
  server.answer("flags", { flags: {} });
  await client.init();
  const opened = await server.stream(1);
  hold();
  const changed = nextEvent(client, "flag_changed");
  opened.event("init", { flags: { beta: true } });
  await changed;
  return client;
}

async function rules() {
  const client = create({ enableStreaming: true });
  await client.init(PRO);
  hold();
  const updated = nextEvent(client, "rules_updated");
  (await server.stream(1)).event("rules-full", BOOTSTRAP_RULES);
  await updated;
  return client;
}

/** The stream of the rules is lost, and the server has answered since. */
async function overruled() {
  const client = await rules();
  server.answer("stream", { status: 503 });
  (await server.stream(1)).end();
  await untilState(client, ({ evaluation }) => evaluation === "local.doubtful");
  server.answer("flags", FETCHED);
  await client.refresh();
  hold();
  return client;
}

/** A client that finds what an earlier one kept that long ago. */
const kept = (earlier: () => Promise<unknown>, ageMs: number) => async () => {
  await earlier();
  const client = createClient(server, { clock, cache: { storage } });
  clock.advance(ageMs);
  if (ageMs < TTL) hold();
  else server.answer("flags", { status: 503 });
  await client.init(PRO);
  return client;
};
const keptFlags = (ageMs: number) =>
  kept(() => {
    vouchedAt = clock.now();
    return persist(server, { clock, cache: { storage } }, PRO);
  }, ageMs);
const keptRules = (ageMs: number) => kept(async () => (await rules()).close(), ageMs);

const given = (bootstrap: NonNullable<RollgateConfig["bootstrap"]>) => async () => {
  hold();
  const client = create({ bootstrap });
  const updated = bootstrap.rules && nextEvent(client, "rules_updated");
  await client.init(PRO);
  // Flags serve at once; rules behind them have to be compiled.
  await updated;
  return client;
};

const overridden = (source: () => Promise<RollgateClient>) => async () => {
  const client = await source();
  client.setOverride("beta", true);
  return client;
};

async function nothing() {
  server.answer("flags", { status: 503 });
  const client = create();
  await rejection(client.init(PRO));
  return client;
}

type Row = [
  name: string,
  prepare: () => Promise<RollgateClient>,
  mode: "local" | "remote",
  /** The current user's value, source, reason, whether it is stale and whether its age is known. */
  own: [boolean, string, object, "fresh" | "stale", "dated" | "undated"],
  /** The same of the user `free`, per call. */
  others: [boolean, string, object, "fresh" | "stale", "dated" | "undated"],
];

const NO_RULES: Row[4] = [true, "default", error("RULES_NOT_AVAILABLE"), "fresh", "undated"];
const OVERRIDE: Row[4] = [true, "override", IN_ROLLOUT, "fresh", "undated"];

const ROWS: Row[] = [
  ["network", network, "remote", [true, "network", TARGET_MATCH, "fresh", "dated"], NO_RULES],
  ["stream", stream, "remote", [true, "stream", IN_ROLLOUT, "fresh", "dated"], NO_RULES],
  [
    "rules of the stream",
    rules,
    "local",
    [true, "rules", RULE_MATCH, "fresh", "dated"],
    [false, "rules", OUTSIDE, "fresh", "dated"],
  ],
  [
    "network, rules being in hand",
    overruled,
    "remote",
    [true, "network", TARGET_MATCH, "fresh", "dated"],
    [false, "rules", OUTSIDE, "fresh", "dated"],
  ],
  [
    "young kept flags",
    keptFlags(TTL - 1),
    "remote",
    [true, "cache", TARGET_MATCH, "stale", "dated"],
    NO_RULES,
  ],
  [
    "old kept flags",
    keptFlags(TTL),
    "remote",
    [true, "cache", TARGET_MATCH, "stale", "dated"],
    NO_RULES,
  ],
  [
    "expired kept flags, after the first failure",
    keptFlags(12 * TTL),
    "remote",
    [true, "cache", TARGET_MATCH, "stale", "dated"],
    NO_RULES,
  ],
  [
    "young kept rules",
    keptRules(TTL - 1),
    "local",
    [true, "cache", RULE_MATCH, "stale", "dated"],
    [false, "cache", OUTSIDE, "stale", "dated"],
  ],
  [
    "old kept rules",
    keptRules(TTL),
    "local",
    [true, "cache", RULE_MATCH, "stale", "dated"],
    [false, "cache", OUTSIDE, "stale", "dated"],
  ],
  [
    "expired kept rules, after the first failure",
    keptRules(12 * TTL),
    "local",
    [true, "cache", RULE_MATCH, "stale", "dated"],
    [false, "cache", OUTSIDE, "stale", "dated"],
  ],
  [
    "flags that the app gave",
    given({ flags: { beta: true } }),
    "remote",
    [true, "bootstrap", IN_ROLLOUT, "fresh", "dated"],
    NO_RULES,
  ],
  [
    "rules that the app gave",
    given({ rules: BOOTSTRAP_RULES }),
    "local",
    [true, "bootstrap", RULE_MATCH, "fresh", "dated"],
    [false, "bootstrap", OUTSIDE, "fresh", "dated"],
  ],
  [
    "flags and rules that the app gave",
    given({ flags: { beta: true }, rules: BOOTSTRAP_RULES }),
    "remote",
    [true, "bootstrap", IN_ROLLOUT, "fresh", "dated"],
    [false, "bootstrap", OUTSIDE, "fresh", "dated"],
  ],
  ["an override, no flags in hand", overridden(nothing), "remote", OVERRIDE, OVERRIDE],
  [
    "an override over flags of the server",
    overridden(network),
    "remote",
    [true, "override", IN_ROLLOUT, "fresh", "dated"],
    OVERRIDE,
  ],
  [
    "an override over rules",
    overridden(rules),
    "local",
    [true, "override", IN_ROLLOUT, "fresh", "dated"],
    [true, "override", IN_ROLLOUT, "fresh", "dated"],
  ],
  [
    "the default, no flags in hand",
    nothing,
    "remote",
    [true, "default", error("CLIENT_NOT_READY"), "fresh", "undated"],
    NO_RULES,
  ],
  [
    "the default, the key being unknown",
    given({ flags: {}, rules: { version: "v1", flags: {} } }),
    "remote",
    [true, "default", { kind: "UNKNOWN" }, "fresh", "dated"],
    [true, "default", { kind: "UNKNOWN" }, "fresh", "dated"],
  ],
];

const STATES: [string, (client: RollgateClient) => Promise<unknown>][] = [
  ["is ready", async () => {}],
  [
    "is offline",
    async (client) => {
      client.setOffline(true);
      expect(await rejection(client.refresh())).toMatchObject({ code: "OFFLINE" });
    },
  ],
  [
    "is cut off",
    async (client) => {
      await server.refuse();
      expect(await rejection(client.refresh())).toMatchObject({ category: "network" });
    },
  ],
];

describe.each(STATES)("while the client %s", (_, enter) => {
  it.each(ROWS)("%s: value, source, reason and age", async (_, prepare, mode, own, others) => {
    const client = await prepare();
    await enter(client);
    const detail = ([value, source, reason, age, dated]: Row[4]) => ({
      value,
      source,
      reason,
      stale: age === "stale",
      ...(dated === "dated" && { updatedAt: vouchedAt }),
      version: client.getVersion(),
    });
    expect(client.mode).toBe(mode);
    expect(client.isEnabledDetail("beta", own[1] === "default")).toEqual(detail(own));
    expect(client.isEnabledDetail("beta", others[1] === "default", FREE)).toEqual(detail(others));
    expect(client.forUser(FREE).isEnabledDetail("beta", others[1] === "default")).toEqual(
      detail(others),
    );
    expect(client.isEnabled("beta", own[1] === "default")).toBe(own[0]);
    expect(client.isReady).toBe(own[4] === "dated");
  });
});

it.each([
  ["network", network],
  ["stream", stream],
  ["rules of the stream", rules],
  ["rules that the app gave", given({ rules: BOOTSTRAP_RULES })],
  ["flags and rules that the app gave", given({ flags: { beta: true }, rules: BOOTSTRAP_RULES })],
])("%s: what was fresh is stale once it is older than ttlMs", async (_, prepare) => {
  const client = await prepare();
  client.setOffline(true);
  await rejection(client.refresh());
  clock.advance(TTL - 1);
  expect(client.isEnabledDetail("beta").stale).toBe(false);
  expect(client.isEnabledDetail("beta", false, PRO).stale).toBe(false);
  clock.advance(1);
  const stale = { value: true, stale: true, updatedAt: vouchedAt };
  expect(client.isEnabledDetail("beta")).toMatchObject(stale);
  if (client.rulesVersion === undefined) return;
  expect(client.isEnabledDetail("beta", false, PRO)).toMatchObject(stale);
});
