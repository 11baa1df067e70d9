import { writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { RollgateClient } from "../../../src";
import { imbalance } from "../delivery/support";
import { createDice } from "./dice";
import { BEAT_MS, FLAGS, type Line, USERS, type Work } from "./lines";

// Runs in a process of its own and works at random until it is killed, or told to stop.

const work = JSON.parse(process.argv[2] ?? "") as Work;
const dice = createDice(work.seed);
const say = (line: Line) => void writeSync(3, `${JSON.stringify(line)}\n`);
const anyUser = () => ({ id: USERS[dice(USERS.length)] ?? "ann" });

let stopped = false;
process.once("message", () => {
  stopped = true;
});

say({ is: "born" });
const client = new RollgateClient({
  apiKey: work.apiKey,
  baseUrl: work.url,
  typedFlags: true,
  initTimeoutMs: 300,
  refreshIntervalMs: 100,
  logLevel: "silent",
  telemetry: { enabled: false },
  retry: { maxRetries: 1, baseDelayMs: 20, maxDelayMs: 200 },
  circuitBreaker: { failureThreshold: 1_000 },
  cache: { persistPath: work.persistPath },
  tracking: { persist: true, flushIntervalMs: 150, maxBufferSize: 20 },
  fetch: (input, init) =>
    fetch(input, { ...init, headers: { ...init?.headers, "x-worker": work.name } }),
});
client.on("error", ({ code, message }) => say({ is: "error", code, message }));

/** The values among the flags in hand; a flag that is missing counts as −1. */
function valuesInHand(): number[] {
  const values = Array.from({ length: FLAGS }, (_, i) => client.getNumber(`flag-${i}`, -1));
  return [...new Set(values)];
}

let count = 0;
function track(): void {
  const id = `${work.name}-${++count}`;
  say({ is: "tracking", id });
  client.track({ flagKey: "flag-0", eventName: id, userId: "ann" });
  say({ is: "tracked", id });
}

const ACTS: readonly (() => unknown)[] = [
  track,
  track,
  track,
  () => client.refresh(),
  () => client.identify(anyUser()),
  () => client.flushEvents(),
];

async function act(): Promise<void> {
  try {
    await ACTS[dice(ACTS.length)]?.();
  } catch {
    // It was an `error` event already.
  }
}

track();
const user = anyUser();
await client.init(user).catch(() => {});
const { source } = client.isEnabledDetail("flag-0");
say({ is: "first", user: user.id, source, values: valuesInHand() });
const scratch = await open(join(dirname(work.persistPath), "..", `scratch-${work.name}`), "w");
while (!stopped) {
  void act();
  await pause(BEAT_MS);
  await scratch.writeFile("x");
  await scratch.sync();
  say({ is: "beat", at: Date.now() });
}
await scratch.close();
await client.close();
say({ is: "closed", imbalance: imbalance(client) });
process.disconnect();
