import { expect } from "vitest";
import { recordEvents, until } from "../../../support/events";
import { createMapStorage } from "../../client/support";
import { batches, event } from "../../delivery/support";
import { alike, comesAfter, EVENT, type OptionCase, ready, scene } from "./kit";

const NO_POLLS = { refreshIntervalMs: 0 };

export const DELIVERY: readonly OptionCase[] = [
  alike("tracking.flushIntervalMs", { unless: 30_000, given: 20_000 }, async (config, ms) => {
    const { clock, server, client } = await ready({ ...NO_POLLS, ...config });
    client.track(EVENT);
    comesAfter(clock, ms, () => client.getState().tracking === "flushing");
    await server.request("events", 1);
  }),

  alike("tracking.maxBufferSize", { unless: 100, given: 3 }, async (config, size) => {
    const { server, client } = await ready({ ...NO_POLLS, ...config });
    for (let n = 1; n < size; n++) client.track(EVENT);
    expect(client.getState().tracking).toBe("buffering");
    client.track(EVENT);
    expect(client.getState().tracking).toBe("flushing");
    for (let n = 0; n <= size; n++) client.track(EVENT);
    await client.flushEvents();
    expect(batches(server).map(({ length }) => length)).toEqual([size, size, 1]);
  }),

  alike("tracking.maxQueueSize", { unless: 10_000, given: 3 }, async (config, size) => {
    const { server, client } = await scene({ ...NO_POLLS, ...config });
    const dropped = recordEvents(client, "events_dropped");
    for (let n = 0; n <= size; n++) client.track(event(`${n}`));
    expect(client.getEventStats()).toMatchObject({ pending: size, dropped: { overflow: 1 } });
    expect(dropped.of("events_dropped")).toEqual([{ count: 1, reason: "overflow" }]);
    await client.init();
    await until(() => client.getEventStats().delivered === size);
    expect(batches(server).flat()).toHaveLength(size);
    expect(batches(server)[0]?.[0]?.eventName).toBe("1");
  }),

  alike("tracking.persist", { unless: false, given: true }, async (config, persists) => {
    const cache = { storage: createMapStorage() };
    const { client } = await ready({ cache, ...config });
    client.setOffline(true);
    client.track(EVENT);
    await client.close();
    const { pending, dropped } = client.getEventStats();
    expect({ pending, closed: dropped.closed }).toEqual(
      persists ? { pending: 1, closed: 0 } : { pending: 0, closed: 1 },
    );
    const outboxes = cache.storage.keys?.("rollgate:") as string[];
    expect(outboxes.filter((key) => key.includes("outbox")).length > 0).toBe(persists);
  }),

  alike("tracking.enabled", { unless: true, given: false }, async (config, enabled) => {
    const { server, client } = await ready(config);
    client.track(EVENT);
    await client.flushEvents();
    expect(client.getEventStats()).toMatchObject(
      enabled ? { accepted: 1, delivered: 1, refused: 0 } : { accepted: 0, refused: 1 },
    );
    expect(server.count("events")).toBe(enabled ? 1 : 0);
  }),

  alike("telemetry.flushIntervalMs", { unless: 60_000, given: 20_000 }, async (config, ms) => {
    const { clock, server, client } = await ready({ ...NO_POLLS, ...config });
    client.isEnabled("beta");
    comesAfter(clock, ms, () => client.getState().telemetry === "flushing");
    await server.request("telemetry", 1);
  }),

  alike("telemetry.enabled", { unless: true, given: false }, async (config, enabled) => {
    const { server, client } = await ready(config);
    client.isEnabled("beta");
    expect(client.getTelemetryStats().evaluationCount).toBe(enabled ? 1 : 0);
    await client.flushTelemetry();
    expect(server.count("telemetry")).toBe(enabled ? 1 : 0);
  }),
];
