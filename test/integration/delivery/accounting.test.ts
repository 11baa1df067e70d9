import fc from "fast-check";
import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { recordEvents, until } from "../../support/events";
import { type Answer, startRollgateServer } from "../../support/rollgate-server";
import { event, imbalance } from "./support";

type Step =
  | { readonly kind: "track"; readonly count: number }
  | { readonly kind: "nonsense" }
  | { readonly kind: "flush" }
  | { readonly kind: "turn"; readonly count: number }
  | { readonly kind: "offline"; readonly offline: boolean }
  | { readonly kind: "fault"; readonly fault: Answer };

const fault: fc.Arbitrary<Answer> = fc.oneof(
  fc.constantFrom(400, 404, 408, 413, 422, 429, 500, 503).map((status) => ({ status })),
  fc.nat(4).map((received) => ({ body: { received } })),
  fc.constantFrom<Answer>({ delivery: "reset" }, { body: "{" }, { body: "" }, { status: 302 }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("track" as const), count: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ kind: fc.constant("turn" as const), count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant("fault" as const), fault }),
  fc.record({ kind: fc.constant("offline" as const), offline: fc.boolean() }),
  fc.constant<Step>({ kind: "flush" }),
  fc.constant<Step>({ kind: "nonsense" }),
);

it("adds up at any moment, whatever faults come, and each event has one end", {
  timeout: 60_000,
}, async () => {
  const server = await startRollgateServer();
  const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    server.restore();
    const client = createClient(server, {
      retry: { maxRetries: 0, baseDelayMs: 1, maxDelayMs: 2 },
      tracking: { maxBufferSize: 3, maxQueueSize: 8, flushIntervalMs: 10 },
    });
    client.onTransition(() => expect(imbalance(client)).toBe(0));
    const log = recordEvents(client, "events_flushed", "events_dropped");
    await client.init();
    let tracked = 0;
    for (const one of steps) {
      if (one.kind === "track") {
        for (let n = 0; n < one.count; n++) client.track(event(`e${tracked++}`));
      } else if (one.kind === "nonsense") client.track(undefined as never);
      else if (one.kind === "flush") void client.flushEvents();
      else if (one.kind === "offline") client.setOffline(one.offline);
      else if (one.kind === "fault") server.answerOnce("events", one.fault);
      else for (let n = 0; n < one.count; n++) await new Promise((done) => setImmediate(done));
      expect(imbalance(client)).toBe(0);
    }
    server.restore();
    client.setOffline(false);
    await until(() => client.getEventStats().pending === 0);
    await client.close();
    const { accepted, delivered, pending, dropped, refused } = client.getEventStats();
    const nonsense = steps.filter(({ kind }) => kind === "nonsense").length;
    expect([accepted, pending, dropped.closed, refused]).toEqual([tracked, 0, 0, nonsense]);
    expect(imbalance(client)).toBe(0);
    const told = (reason: string) =>
      log
        .of("events_dropped")
        .filter((drop) => drop.reason === reason)
        .reduce((sum, { count }) => sum + count, 0);
    expect(log.of("events_flushed").reduce((sum, { count }) => sum + count, 0)).toBe(delivered);
    expect([told("overflow"), told("rejected")]).toEqual([dropped.overflow, dropped.rejected]);
  });
  await fc.assert(property, { numRuns: 40 });
});
