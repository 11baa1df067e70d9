import fc from "fast-check";
import { expect, test } from "vitest";
import { RollgateClient } from "../../../src";
import { API_KEY } from "../../support/client";
import { settle } from "../../support/stepped-time";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock";
import { IDS, OwnFlagsService, ownRules } from "./own-flags-service";

interface World {
  readonly client: RollgateClient;
  readonly service: OwnFlagsService;
  readonly clock: VirtualClock;
  /** The version that was sent last. */
  version: number;
}

interface Step {
  readonly name: string;
  take(world: World): void;
}

const step = (name: string, take: (world: World) => void): Step => ({ name, take });
const forget = (promise: Promise<unknown>) => void promise.catch(() => {});

const STEPS: readonly Step[] = [
  ...IDS.map((id) => step(`identify ${id}`, ({ client }) => forget(client.identify({ id })))),
  step("identify ann with a plan", ({ client }) =>
    forget(client.identify({ id: "ann", attributes: { plan: "pro" } })),
  ),
  step("reset", ({ client }) => forget(client.reset())),
  step("refresh", ({ client }) => forget(client.refresh())),
  step("rules", (world) => {
    world.version++;
    world.service.event("rules-full", { version: `v${world.version}`, flags: ownRules() });
  }),
  step("flag-changed", ({ service }) => service.event("flag-changed", { key: "x", enabled: true })),
  step("stream ends", ({ service }) => service.drop()),
  step("answers", ({ service }) => service.answer()),
  step("service fails", ({ service }) => service.set({ failing: true })),
  step("service heals", ({ service }) => service.set({ failing: false })),
  step("streams begin with init", ({ service }) => service.set({ sendsInit: true })),
  step("streams begin with nothing", ({ service }) => service.set({ sendsInit: false })),
  step("offline", ({ client }) => client.setOffline(true)),
  step("online", ({ client }) => client.setOffline(false)),
  ...[100, 1_000, 31_000].map((ms) => step(`${ms} ms`, ({ clock }) => clock.advance(ms))),
];

function check({ client }: World, story: string): void {
  const own = client.user && `own-${client.user.id}`;
  for (const id of IDS) {
    const key = `own-${id}`;
    if (client.isEnabled(key)) expect(key, story).toBe(own);
    for (const other of IDS) {
      // By rules or not at all: a default of false.
      if (client.isEnabled(key, false, { id: other })) expect(other, story).toBe(id);
      if (client.forUser({ id: other }).isEnabled(key)) expect(other, story).toBe(id);
    }
  }
  const { evaluation } = client.getState();
  expect(client.mode, story).toBe(evaluation.startsWith("local") ? "local" : "remote");
  if (evaluation !== "remote") {
    expect(client.rulesVersion, story).toBeDefined();
    for (const id of IDS) expect(client.isEnabled(`own-${id}`, false, { id }), story).toBe(true);
  }
}

test("whatever happens in whatever order, nobody gets another user's value", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...STEPS), { minLength: 5, maxLength: 40 }),
      async (steps) => {
        const service = new OwnFlagsService();
        const clock = createVirtualClock();
        const client = new RollgateClient({
          apiKey: API_KEY,
          baseUrl: "http://rollgate.invalid",
          enableStreaming: true,
          fetch: service.fetch,
          clock,
          random: () => 0.5,
          logLevel: "silent",
          telemetry: { enabled: false },
        });
        const world: World = { client, service, clock, version: 0 };
        forget(client.init({ id: "ann" }));
        let story = "init";
        try {
          for (const { name, take } of steps) {
            story += ` → ${name}`;
            take(world);
            check(world, `${story} (at once)`);
            await settle();
            check(world, story);
          }
          // In the end, with a service that is well, the newest rules are in force.
          service.set({ failing: false });
          client.setOffline(false);
          for (let second = 0; second < 90; second++) {
            service.answer();
            await settle();
            clock.advance(1_000);
            await settle();
          }
          service.event("rules-full", { version: "last", flags: ownRules() });
          await settle();
          check(world, `${story} → last`);
          expect([client.mode, client.rulesVersion], story).toEqual(["local", "last"]);
          const own = client.user === undefined ? [] : [`own-${client.user.id}`];
          const on = Object.entries(client.getAllFlags()).filter(([, value]) => value);
          expect(
            on.map(([key]) => key),
            story,
          ).toEqual(own);
        } finally {
          const closed = client.close();
          service.answer();
          clock.advance(10_000);
          await closed;
        }
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
