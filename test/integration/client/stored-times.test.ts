import { describe, expect, it } from "vitest";
import type { StoredText } from "../../../src";
import { createClient } from "../../support/client";
import { until, untilState } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { local } from "../local/support";
import { createMapStorage } from "./support";

const DAY = 86_400_000;

/** A storage that remembers what it was told of each kind of text, the newest last. */
function listening() {
  const storage = createMapStorage();
  const told: Record<string, (number | undefined)[]> = {};
  return {
    told,
    storage: {
      ...storage,
      set(key: string, value: string, about?: StoredText) {
        const kind = key.split(":")[2] ?? "";
        told[kind] = [...(told[kind] ?? []), about?.at];
        storage.set(key, value);
      },
    },
  };
}

describe("a storage is told how new a text is:", () => {
  it("flags are of when the server confirmed them, a hold of when it began", async () => {
    const clock = createVirtualClock();
    const { storage, told } = listening();
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, { clock, cache: { storage } });
    const fetchedAt = clock.now();
    await client.init();
    clock.advance(300);
    const heldAt = clock.now();
    server.answer("flags", { status: 429, headers: { "retry-after": "60" } });
    await expect(client.refresh()).rejects.toThrow();
    clock.advance(300);
    await client.close();
    expect(told).toEqual({ flags: [fetchedAt], hold: [heldAt] });
  });

  it("rules are of when they came, and of when their stream ended", async () => {
    const clock = createVirtualClock();
    const { storage, told } = listening();
    const { client, stream } = await local(undefined, { clock, cache: { storage } });
    const cameAt = clock.now();
    clock.advance(1_000);
    await until(() => told["rules"] !== undefined);
    clock.advance(DAY);
    stream.end();
    await untilState(client, ({ evaluation }) => evaluation === "local.doubtful");
    const endedAt = clock.now();
    await client.close();
    expect(told).toMatchObject({ rules: [cameAt], "rules-touch": [endedAt] });
  });
});

describe("stored rules that their stream vouched for", () => {
  const idle = { stream: { idleTimeoutMs: 30 * DAY } };

  async function vouchedFor(days: number) {
    const clock = createVirtualClock();
    const { storage, told } = listening();
    const { client, stream } = await local(undefined, { clock, cache: { storage }, ...idle });
    clock.advance(1_000);
    await until(() => told["rules"] !== undefined);
    const before = [...storage.entries].find(([key]) => key.endsWith(":rules"));
    clock.advance(days * DAY);
    stream.end();
    await untilState(client, ({ evaluation }) => evaluation === "local.doubtful");
    return { client, clock, storage, told, before };
  }

  it("for two days are written again, before a storage forgets what nobody wrote", async () => {
    const { client, clock, storage, told, before } = await vouchedFor(2);
    const endedAt = clock.now();
    await client.close();
    expect(told["rules"]).toEqual([endedAt - 2 * DAY - 1_000, endedAt]);
    const [key = "", text = ""] = before ?? [];
    const after = JSON.parse(storage.entries.get(key) ?? "") as object;
    expect(after).toEqual({ ...JSON.parse(text), confirmedAt: endedAt });
  });

  it("are not written again when others are there by now", async () => {
    const { client, storage, told, before } = await vouchedFor(2);
    const [key = "", text = ""] = before ?? [];
    storage.entries.set(key, text.replace('"v1"', '"v2"'));
    await client.close();
    expect(told["rules"]).toHaveLength(1);
  });
});
