import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import type { RollgateClient, RollgateConfig } from "../../../src";
import { createRulesEngine } from "../../../src/flags/rules";
import { createClient } from "../../support/client";
import { createVirtualClock } from "../../support/virtual-clock";

const USER = { id: "ann", attributes: { plan: "pro" } };
const RULE = {
  id: "pro",
  enabled: true,
  rollout: 50,
  conditions: [{ attribute: "plan", operator: "equals", value: "pro" }],
};

function rulesOf(count: number): Record<string, unknown> {
  const flag = { enabled: true, rollout: 50, rules: [RULE] };
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`flag-${i}`, flag]));
}

/** A client that has rules in hand and asks nobody. */
async function offline(count: number, config: Partial<RollgateConfig> = {}) {
  const bootstrap = { rules: { version: "1", flags: rulesOf(count) } };
  const client = createClient({ url: "http://127.0.0.1:9" }, { bootstrap, ...config });
  client.setOffline(true);
  await client.init();
  return client;
}

/** Every way to ask. */
function askAll(client: RollgateClient): void {
  client.isEnabled("flag-9");
  client.isEnabled("flag-9", false, USER);
  client.isEnabled("unknown", true);
  client.isEnabledDetail("flag-9");
  client.isEnabledDetail("flag-9", false, USER);
  client.getString("flag-9", "wrong type");
  client.getAllFlags();
  client.forUser(USER).isEnabled("flag-9");
}

/** How often `action` looks something up in any map. */
function lookupsOf(action: () => void): number {
  const { get } = Map.prototype;
  let lookups = 0;
  Map.prototype.get = function (key) {
    lookups++;
    return get.call(this, key);
  };
  try {
    action();
  } finally {
    Map.prototype.get = get;
  }
  return lookups;
}

describe("an evaluation", () => {
  it("tells no machine and reads no clock", async () => {
    const clock = createVirtualClock();
    let readings = 0;
    let messages = 0;
    const counted = {
      ...clock,
      now: () => {
        readings++;
        return clock.now();
      },
      monotonic: () => {
        readings++;
        return clock.monotonic();
      },
    };
    const client = await offline(10, { clock: counted, inspect: () => messages++ });
    expect([readings > 0, messages > 0]).toEqual([true, true]);
    readings = 0;
    messages = 0;
    askAll(client);
    expect([readings, messages]).toEqual([0, 0]);
  });

  it("looks up as much among 10 000 flags as among 10, also after all were read", async () => {
    const few = await offline(10);
    const many = await offline(10_000);
    const own = (client: RollgateClient) => lookupsOf(() => client.isEnabled("flag-9"));
    const other = (client: RollgateClient) =>
      lookupsOf(() => client.isEnabled("flag-9", false, USER));
    expect([own(few), own(many)]).toEqual([1, 1]);
    expect(other(many)).toBe(other(few));
    for (const key of Object.keys(many.getAllFlags())) many.isEnabled(key, false, USER);
    expect([own(many), other(many)]).toEqual([1, 1]);
  });

  it("hashes once for a user in a flag, however many flags there are", () => {
    for (const count of [10, 10_000]) {
      let hashes = 0;
      const engine = createRulesEngine(() => {
        hashes++;
        return 7;
      });
      const rules = engine("1", rulesOf(count), () => {});
      const flag = rules.flags.get("flag-9");
      if (flag === undefined) throw new Error("The flag is not there.");
      for (let i = 0; i < 3; i++) rules.evaluate(flag, USER);
      expect(hashes).toBe(1);
    }
  });

  it("makes no garbage: a million of them leave less than 8 bytes each", async () => {
    const directory = await mkdtemp(join(tmpdir(), "rollgate-garbage-"));
    try {
      const outfile = join(directory, "rollgate.mjs");
      await build({
        entryPoints: ["src/index.ts"],
        outfile,
        bundle: true,
        platform: "node",
        format: "esm",
        logLevel: "silent",
      });
      const perRead = await garbagePerRead(pathToFileURL(outfile).href);
      expect(perRead).toHaveLength(3);
      for (const bytes of perRead) expect(bytes).toBeLessThan(8);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

/** Bytes allocated per read: of the current user, of another one, and through that one's view. */
async function garbagePerRead(bundle: string): Promise<number[]> {
  const program = `
    import { RollgateClient } from ${JSON.stringify(bundle)};
    const bootstrap = { rules: { version: "1", flags: ${JSON.stringify(rulesOf(10))} } };
    const client = new RollgateClient({ apiKey: "sb_server_child", baseUrl: "http://127.0.0.1:9", logLevel: "silent", bootstrap });
    client.setOffline(true);
    await client.init();
    const user = ${JSON.stringify(USER)};
    const view = client.forUser(user);
    const ways = [
      () => client.isEnabled("flag-9"),
      () => client.isEnabled("flag-9", false, user),
      () => view.isEnabled("flag-9"),
    ];
    const bytes = ways.map((read) => {
      for (let i = 0; i < 20_000; i++) read();
      gc();
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 1_000_000; i++) read();
      return (process.memoryUsage().heapUsed - before) / 1_000_000;
    });
    console.log(JSON.stringify(bytes));
    process.exit();`;
  // Room for all the garbage that there might be: nothing is collected while it is measured.
  const flags = ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"];
  const child = spawn(process.execPath, [...flags, "--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  await once(child, "close");
  return JSON.parse(out);
}
