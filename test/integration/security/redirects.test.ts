import { expect, it } from "vitest";
import type { RollgateConfig, RollgateError } from "../../../src";
import { API_KEY, createClient } from "../../support/client";
import { recordEvents, until } from "../../support/events";
import {
  type RollgateServer,
  type Route,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { everythingIn } from "../http/support";

const STATUSES = [300, 301, 302, 303, 305, 306, 307, 308, 399];
/** Where a 302 may point to; `HOST` stands for another server. */
const LOCATIONS = [
  "http://HOST/api/v1/sdk/flags",
  `http://HOST/${encodeURIComponent(API_KEY)}?token=${API_KEY}`,
  `http://user:${API_KEY}@HOST/`,
  "//HOST/x",
  "/elsewhere",
  "?again",
  "https:",
  "javascript:alert(1)",
  "",
];
const CASES = [
  ...STATUSES.flatMap((status) => [
    { status, location: "http://HOST/x" },
    { status, location: "/elsewhere" },
  ]),
  ...LOCATIONS.map((location) => ({ status: 302, location })),
];
const FETCHES: readonly (readonly [string, Partial<RollgateConfig>])[] = [
  ["the platform's own way", {}],
  ["the app's fetch", { fetch: (input, init) => fetch(input, init) }],
];

/** Has every route asked at least once, each of them redirected. @returns what was reported */
async function askAll(
  server: RollgateServer,
  headers: Record<string, string>,
  status: number,
  config: Partial<RollgateConfig>,
): Promise<readonly RollgateError[]> {
  const routes: readonly Route[] = [
    config.typedFlags ? "v2" : "flags",
    "identify",
    "stream",
    "events",
    "telemetry",
  ];
  // Nothing is tried again by itself.
  const clock = createVirtualClock();
  const client = createClient(server, { clock, enableStreaming: true, telemetry: {}, ...config });
  const log = recordEvents(client, "error");
  await client.init();
  client.isEnabled("beta");
  client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
  const asked = routes.map((route) => {
    server.answer(route, { status, headers });
    return server.request(route, server.count(route) + 1);
  });
  await Promise.allSettled([client.refresh(), client.flushEvents(), client.flushTelemetry()]);
  await client.identify({ id: "ann" }).catch(() => {});
  await Promise.all(asked);
  await until(() => log.of("error").length >= routes.length);
  expect(client.isEnabled("beta", true)).toBe(true);
  server.restore();
  await client.close();
  return log.of("error");
}

it.each(FETCHES)(
  "no redirect of any route is followed, by %s: the key goes nowhere",
  async (_, config) => {
    const elsewhere = await startRollgateServer({ beta: false });
    const host = new URL(elsewhere.url).host;
    for (const [n, { status, location }] of CASES.entries()) {
      const server = await startRollgateServer({ beta: true });
      const headers = { ...(location !== "" && { Location: location.replace("HOST", host) }) };
      const errors = await askAll(server, headers, status, { ...config, typedFlags: n % 2 > 0 });
      expect([...new Set(errors.map(({ code }) => code))]).toEqual(["REDIRECTED"]);
      for (const error of errors) expect(everythingIn(error)).not.toContain(API_KEY);
      expect(server.count("other")).toBe(0);
      await server.close();
    }
    expect(elsewhere.requests()).toEqual([]);
    expect(elsewhere.connections()).toBe(0);
  },
  60_000,
);
