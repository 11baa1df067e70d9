import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { ClientEvents, Logger } from "../../../src";
import { vocabularies } from "../../../src/anatomy/vocabulary";
import { unknownNames } from "../../../src/cli/replay/unknown-names";
import { createClient } from "../../support/client";
import { recordEvents, until, untilState } from "../../support/events";
import { type Answer, startRollgateServer } from "../../support/rollgate-server";

const CANARY = "sb_server_CANARY/key+4711=";
const base64 = (text: string) => Buffer.from(text).toString("base64");
/** As a server may echo it. */
const ECHO = [
  `Bearer ${CANARY}`,
  encodeURIComponent(CANARY),
  base64(CANARY),
  base64(`x${CANARY}`),
  base64(`xx${CANARY}`),
].join(" ");
/** What must not show of that. */
const FORMS = [
  CANARY,
  encodeURIComponent(CANARY),
  base64(CANARY).slice(0, -4),
  base64(`x${CANARY}`).slice(2, -4),
  base64(`xx${CANARY}`).slice(3, -4),
];

/** Everything that can be reached from a value, as text. */
function reach(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value === "string") return value;
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return "";
  if (seen.has(value)) return "";
  seen.add(value);
  if (value instanceof Map || value instanceof Set) {
    return [...value].map((one) => reach(one, seen)).join("\n");
  }
  return Reflect.ownKeys(value)
    .map((key) => {
      try {
        return `${String(key)}\n${reach(Reflect.get(value, key), seen)}`;
      } catch {
        return "";
      }
    })
    .join("\n");
}

/** Where a secret shows, with some text around it. */
function leaks(text: string, secret: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    found.push(text.slice(Math.max(0, at - 80), at + secret.length + 20));
  }
  return found;
}

it("shows the API key in no message, cause, log line, inspector event, transition, file or event, across all failures", async () => {
  const directory = await mkdtemp(join(tmpdir(), "rollgate-canary-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const server = await startRollgateServer({ beta: true });
  const seen: string[] = [];
  const see = (value: unknown) => void seen.push(reach(value));
  const log = (...line: unknown[]) => see(line);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const client = createClient(server, {
    apiKey: CANARY,
    logger,
    logLevel: "debug",
    enableStreaming: true,
    timeoutMs: 150,
    telemetry: {},
    maxResponseBytes: 4_000,
    cache: { persistPath: join(directory, "flags.json") },
    tracking: { persist: true },
    circuitBreaker: { failureThreshold: 1_000, recoveryTimeoutMs: 20 },
    stream: { reconnectBaseDelayMs: 2, reconnectMaxDelayMs: 4 },
    // An inspector is handed live actors; what an event itself says is what counts.
    inspect: (event) => {
      if ("event" in event) see(event.event);
      if ("snapshot" in event) see((event.snapshot as { context?: unknown })?.context);
    },
  });
  const events = recordEvents(client);
  client.onTransition(see);
  const attempt = (call: () => Promise<void>) => call().catch(see);

  await attempt(() => client.init({ id: "ann", attributes: { plan: "pro" } }));
  await server.stream(1);
  const faults: readonly Answer[] = [
    { status: 400, body: { error: { code: CANARY, message: ECHO } } },
    { status: 401, body: { error: ECHO, message: ECHO } },
    { status: 404, body: ECHO },
    { status: 429, body: ECHO },
    { status: 500, body: { error: { code: "X", message: ECHO, category: ECHO } } },
    { status: 503, body: { message: `${"y".repeat(190)}${CANARY}` } },
    { status: 302, headers: { Location: `http://127.0.0.1:1/${encodeURIComponent(CANARY)}` } },
    { status: 302, headers: { Location: `http://sb_server_canary.invalid/?token=x` } },
    { body: `{"flags": "${CANARY}` },
    { body: { flags: [CANARY] } },
    { body: { flags: { beta: CANARY } } },
    { body: `<html>${ECHO}` },
    { body: ECHO.repeat(100) },
    { headers: { ETag: `"${CANARY}"` }, body: { flags: { beta: true } } },
    { delivery: "reset" },
    { delivery: "hang" },
  ];
  for (const fault of faults) {
    for (const route of ["flags", "identify", "events", "telemetry"] as const) {
      server.answerOnce(route, fault);
    }
    const streams = server.count("stream");
    server.answerOnce("stream", fault, fault);
    client.isEnabled("beta");
    client.track({ flagKey: "beta", eventName: "seen" });
    await Promise.all([
      attempt(() => client.refresh()),
      attempt(() => client.flushEvents()),
      attempt(() => client.flushTelemetry()),
    ]);
    await attempt(() => client.identify({ id: `user-${streams}` }));
    see(client.getState());
    see(client.getAllFlags());
    see(client.isEnabledDetail("beta"));
  }
  await server.refuse();
  await attempt(() => client.refresh());
  await server.accept();
  server.restore();
  await until(() =>
    client.refresh().then(
      () => true,
      () => false,
    ),
  );
  await untilState(client, ({ connection }) => connection === "streaming.open");
  client.track({ flagKey: "beta", eventName: "seen" });
  client.setOffline(true);
  await client.close();
  see(client.getTransitions());
  see(client.exportDiagnostics());
  const known = vocabularies();
  expect(client.getTransitions().flatMap((one) => unknownNames(one, known))).toEqual([]);
  see(client.getCircuitStats());
  for (const [name, payload] of events.entries)
    see([name, payload] satisfies [keyof ClientEvents, unknown]);
  const files = await readdir(directory);
  expect(files.length).toBeGreaterThanOrEqual(2);
  for (const file of files) seen.push(file, await readFile(join(directory, file), "utf8"));

  expect(events.of("error").length).toBeGreaterThan(20);
  const everything = seen.join("\n");
  expect(everything).toContain("[redacted]");
  expect(FORMS.flatMap((form) => leaks(everything, form))).toEqual([]);
  expect(
    server
      .requests()
      .filter(({ url }) => url.includes("CANARY"))
      .map(({ route }) => route),
  ).toEqual(
    server
      .requests("stream")
      .filter(({ query }) => query.has("token"))
      .map(() => "stream"),
  );
});
