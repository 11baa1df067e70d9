import { expect, it } from "vitest";
import { createInspector } from "../../../src/inspect";
import { createClient } from "../../support/client";
import { recordEvents, until, untilState } from "../../support/events";
import { type Answer, startRollgateServer } from "../../support/rollgate-server";
import { isActor, registers, startRelay } from "./kit";

const CANARY = "CANARY-4711";
const NUMBER = 471_108_154_711;
const KEY = `sb_server_${CANARY}/+=`;
const base64 = (text: string) => Buffer.from(text).toString("base64");
/** How a server may echo a secret, and what of that must not show. */
const ECHO = `${KEY} ${encodeURIComponent(KEY)} ${base64(KEY)} ${base64(`x${KEY}`)}`;
const FORMS = [CANARY, base64(KEY).slice(0, -4), base64(`x${KEY}`).slice(2, -4)];
const ANN = {
  id: `ann-${CANARY}`,
  email: `${CANARY}@example.com`,
  attributes: { plan: CANARY, [CANARY]: true, age: NUMBER },
};
const EVENT = {
  flagKey: `flag-${CANARY}`,
  eventName: CANARY,
  variationId: CANARY,
  value: NUMBER,
  metadata: { [CANARY]: CANARY, deep: { list: [CANARY] }, number: NUMBER },
};
const FLAGS = { [`flag-${CANARY}`]: true, beta: false };
const RULES = {
  version: CANARY,
  flags: {
    [`flag-${CANARY}`]: {
      enabled: true,
      targetUsers: [ANN.id],
      rules: [
        {
          id: CANARY,
          rollout: 50,
          conditions: [{ attribute: CANARY, operator: "equals", value: CANARY }],
        },
      ],
    },
  },
};
const ROUTES = ["flags", "v2", "identify", "events", "telemetry"] as const;
const FAULTS: readonly Answer[] = [
  { status: 400, body: { error: { code: CANARY, message: ECHO } } },
  { status: 401, body: { error: ECHO, message: ECHO } },
  { status: 429, headers: { "Retry-After": "0" }, body: ECHO },
  { status: 500, body: { error: { code: CANARY, message: ECHO, category: ECHO } } },
  { status: 302, headers: { Location: `http://127.0.0.1:1/${CANARY}` } },
  { body: `{"flags": "${CANARY}` },
  { body: { flags: { [CANARY]: CANARY } } },
  { headers: { ETag: `"${CANARY}"` }, body: { flags: FLAGS } },
  { delivery: "reset" },
];

it.each([false, true])(
  "no key, user, attribute, metadata, flag or echo of them leaves, with values: %s",
  async (values) => {
    const relay = await startRelay();
    const server = await startRollgateServer(FLAGS);
    const inspect = createInspector({ url: relay.url, values });
    const tell = (name: string, data: unknown) => server.streams().at(-1)?.event(name, data);
    for (const typedFlags of [false, true]) {
      const client = createClient(server, {
        inspect,
        apiKey: KEY,
        typedFlags,
        enableStreaming: true,
        telemetry: {},
        circuitBreaker: { failureThreshold: 1_000, recoveryTimeoutMs: 20 },
        stream: { reconnectBaseDelayMs: 2, reconnectMaxDelayMs: 4 },
        bootstrap: { flags: FLAGS },
      });
      const events = recordEvents(client, "error");
      await client.init(ANN);
      await untilState(client, ({ connection }) => connection === "streaming.open");
      server.flags = {
        [`flag-${CANARY}`]: typedFlags
          ? { key: `flag-${CANARY}`, type: "string", value: CANARY, enabled: true }
          : false,
      };
      await client.refresh();
      for (const fault of FAULTS) {
        for (const route of [...ROUTES, "stream"] as const) server.answerOnce(route, fault);
        client.isEnabled(`flag-${CANARY}`);
        client.track(EVENT);
        client.setOverride(CANARY, CANARY);
        await Promise.allSettled([
          client.refresh(),
          client.flushEvents(),
          client.flushTelemetry(),
          client.identify({ ...ANN, id: `${CANARY}-${fault.status}` }),
        ]);
      }
      for (const route of ROUTES) server.restore(route);
      await until(() =>
        client.refresh().then(
          () => true,
          () => false,
        ),
      );
      await untilState(client, ({ connection }) => connection === "streaming.open");
      tell("init", { flags: FLAGS });
      tell("flag-changed", { key: `flag-${CANARY}`, enabled: true });
      tell("error", { message: ECHO });
      tell("rules-full", RULES);
      await until(() => client.mode === "local");
      await client.identify({ ...ANN, attributes: { plan: CANARY } });
      client.forUser({ id: CANARY }).track(EVENT);
      await client.reset();
      expect(events.of("error").length).toBeGreaterThan(FAULTS.length);
      await client.close();
    }
    await until(
      () =>
        relay.messages.filter(
          (message) =>
            !isActor(message) &&
            message.sessionId === message.rootId &&
            message.event.type === "xstate.stop",
        ).length === 2,
    );

    const everything = relay.texts.join("\n");
    expect(relay.messages.filter(registers("connection"))).toHaveLength(2);
    expect(everything.includes('"purpose":"flags"')).toBe(values);
    expect(FORMS.filter((form) => everything.includes(form))).toEqual([]);
    expect(everything).not.toContain(String(NUMBER));
    expect(
      Math.max(
        ...relay.texts.filter((text) => !text.includes("@xstate.actor")).map((text) => text.length),
      ),
    ).toBeLessThanOrEqual(2_048);
  },
);

it("sends at most 2 kB of an event and 32 kB of an actor, with 500 flags", async () => {
  const relay = await startRelay();
  const flags = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [`a-flag-with-quite-a-long-name-${i}`, i % 2 === 0]),
  );
  const server = await startRollgateServer(flags);
  const client = createClient(server, {
    inspect: createInspector({ url: relay.url, values: true }),
    enableStreaming: true,
  });
  await client.init({ id: "ann", attributes: { plan: "pro" } });
  const stream = await server.stream(1);
  stream.event("init", { flags });
  const rules = Object.fromEntries(Object.keys(flags).map((key) => [key, { enabled: true }]));
  stream.event("rules-full", { version: "1", flags: rules });
  await until(() => client.mode === "local");
  for (const key of Object.keys(flags)) client.isEnabled(key);
  client.track({ flagKey: "x", eventName: "seen", metadata: flags });
  await client.flushEvents();
  await client.close();
  await relay.seen((message) => !isActor(message) && message.event.type === "xstate.stop");
  const sizes = (actors: boolean) =>
    relay.messages.flatMap((message, i) =>
      isActor(message) === actors ? [Buffer.byteLength(relay.texts[i] ?? "")] : [],
    );
  expect(Math.max(...sizes(false))).toBeLessThanOrEqual(2_048);
  expect(Math.max(...sizes(true))).toBeLessThanOrEqual(32_768);
  expect(relay.texts.join()).not.toContain("…");
});
