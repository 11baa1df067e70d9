import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RollgateClient } from "rollgate";
import { ServerProcess } from "./server-process";
import { check, expected, fail, finish, say, scene, table } from "./stage";

const API_KEY = "demo-key";

/** Shortened so that an outage can be seen from beginning to end in seconds. */
const INTERVALS = {
  refreshIntervalMs: 1_500,
  timeoutMs: 1_000,
  retry: { maxRetries: 1, baseDelayMs: 100 },
  circuitBreaker: { failureThreshold: 5, recoveryTimeoutMs: 5_000, successThreshold: 3 },
  stream: { reconnectBaseDelayMs: 500, reconnectMaxDelayMs: 2_000 },
  tracking: { flushIntervalMs: 1_000 },
} as const;

const flagsFile = (newCheckout: boolean) =>
  JSON.stringify({
    flags: {
      "new-checkout": { enabled: newCheckout, rollout: 100 },
      "half-of-users": { enabled: true, rollout: 50 },
      "pro-dashboard": {
        enabled: true,
        rollout: 0,
        rules: [
          {
            id: "italian-pros",
            enabled: true,
            rollout: 100,
            conditions: [
              { attribute: "plan", operator: "equals", value: "pro" },
              { attribute: "country", operator: "in", value: "IT, SM" },
            ],
          },
        ],
      },
    },
  });

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rollgate-demo-"));
  const path = join(folder, "flags.json");
  await writeFile(path, flagsFile(false));
  const server = new ServerProcess(path, API_KEY);
  try {
    await server.start();
    await play(server, path);
    finish();
  } finally {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(server: ServerProcess, path: string): Promise<void> {
  console.log("Rollgate demo: a dev server in one process, a client in another.");
  console.log(`Intervals are shortened: ${JSON.stringify(INTERVALS)}`);
  await using client = new RollgateClient({
    apiKey: API_KEY,
    baseUrl: server.url,
    enableStreaming: true,
    logLevel: "silent",
    ...INTERVALS,
  });
  /** Resolves with the next event of that name. */
  const next = (name: Parameters<typeof client.once>[0]) =>
    expected(name, new Promise<void>((resolve) => client.once(name, () => resolve())));
  const connection = (state: string) =>
    expected(
      `the connection reaches ${state}`,
      new Promise<void>((resolve) => {
        if (client.getState().connection === state) return resolve();
        const stop = client.on("connection_changed", ({ to }) => {
          if (to !== state) return;
          stop();
          resolve();
        });
      }),
    );

  scene(1, "Flags are evaluated");
  await client.init({ id: "user-1" });
  say(`connected to ${server.url}`, "init() fetched the flags over HTTP");
  await connection("streaming.open");
  say("the stream is open", "no polling from here on");
  await client.refresh();
  for (const key of Object.keys(client.getAllFlags())) {
    const { value, reason } = client.isEnabledDetail(key);
    say(`${key} is ${value ? "on" : "off"}`, `reason ${JSON.stringify(reason)}`);
  }
  check(!client.isEnabled("new-checkout"), "new-checkout is off", "the file disables it");
  check(client.isEnabled("unknown-flag", true), "an unknown flag gives the caller's default", "");

  scene(2, "A user with attributes is identified");
  check(!client.isEnabled("pro-dashboard"), "pro-dashboard is off for user-1", "no plan, no rule");
  await client.identify({
    id: "user-2",
    email: "ada@example.com",
    attributes: { plan: "pro", country: "IT" },
  });
  check(
    client.isEnabledDetail("pro-dashboard").reason.ruleId === "italian-pros" &&
      client.isEnabled("pro-dashboard"),
    "pro-dashboard is on for user-2",
    'rule "italian-pros" matches plan = pro and country in IT, SM',
  );
  await connection("streaming.open");

  scene(3, "A flag is flipped in the file");
  const changed = expected(
    "flag_changed",
    new Promise<number>((resolve) => {
      client.on("flag_changed", ({ key, value }) => {
        if (key === "new-checkout" && value === true) resolve(performance.now());
      });
    }),
  );
  await writeFile(path, flagsFile(true));
  const saved = performance.now();
  const latency = (await changed) - saved;
  check(
    client.isEnabled("new-checkout"),
    "new-checkout is on",
    `pushed over SSE and fetched within ${Math.round(latency)} ms of saving`,
  );

  scene(4, "The server is killed");
  const opened = next("circuit_open");
  await server.kill();
  say("the server is gone", "its process was killed without a goodbye");
  for (let n = 1; n <= 3; n++) {
    client.track({ flagKey: "new-checkout", eventName: "purchase", value: 10 * n });
  }
  say("three purchases are tracked", "they wait in the queue");
  await opened;
  const { failures } = client.getCircuitStats();
  check(client.circuitState === "open", "the circuit is open", `${failures} attempts failed`);
  check(client.isEnabled("new-checkout"), "flags are still served", "the last known ones");
  const refused = await client.refresh().then(
    () => "nothing",
    (error: Error) => error.name,
  );
  check(refused === "CircuitOpenError", "refresh() is refused at once", "no request leaves");
  const waiting = client.getEventStats();
  check(waiting.pending === 3, "3 events are waiting", `accounting ${JSON.stringify(waiting)}`);

  scene(5, "The server is back");
  const halfOpen = next("circuit_half_open");
  const closed = next("circuit_closed");
  const flushed = next("events_flushed");
  await server.start();
  say("the server listens again", "same address");
  await halfOpen;
  say("the circuit is half open", "recoveryTimeoutMs is over: one attempt at a time");
  await closed;
  check(client.circuitState === "closed", "the circuit is closed", "3 probes succeeded");
  await flushed;
  const stats = client.getEventStats();
  check(
    stats.delivered === 3 && stats.pending === 0 && (await server.state()).events.length === 3,
    "every event was delivered, once",
    `accounting ${JSON.stringify(stats)}`,
  );
  await connection("streaming.open");
  check(true, "the stream is open again", "it reconnected by itself");

  scene(6, "What the machines did");
  const timeline = client.getTransitions();
  check(
    timeline.length > 0,
    `${timeline.length} transitions are remembered`,
    "each with its event",
  );
  const zero = timeline[0]?.at ?? 0;
  table(
    timeline.map(({ at, actor, from, to, event }) => [
      `+${((at - zero) / 1_000).toFixed(3)} s`,
      actor,
      `${from} → ${to}`,
      event,
    ]),
  );

  scene(7, "The client closes");
  await client.close();
  check(client.getState().client === "closed", "the client is closed", "nothing is left running");
}

main().catch((error) => {
  fail(error);
  process.exitCode = 1;
});
