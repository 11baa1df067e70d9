import { describe, expect, it } from "vitest";
import { errorOf, post, serve } from "./kit";

const event = {
  flagKey: "checkout",
  eventName: "purchase",
  userId: "u1",
  variationId: "b",
  value: 12.5,
  metadata: { items: [1, 2], note: null },
  timestamp: "2026-02-28T23:59:59.123+01:00",
};
const { variationId: _, value: __, metadata: ___, ...smallest } = event;

describe("POST events", () => {
  it("records batches as they were sent and tells how many it received", async () => {
    const server = await serve({});
    const first = await post(server, "events", { events: [event, smallest] });
    expect([first.status, await first.json()]).toEqual([200, { received: 2 }]);
    const second = await post(server, "events", { events: [] });
    expect(await second.json()).toEqual({ received: 0 });
    expect(server.events).toEqual([event, smallest]);
  });

  it.each([
    ["a number as timestamp", { timestamp: 1_700_000_000_000 }, "events[1].timestamp"],
    ["a timestamp without zone", { timestamp: "2026-01-01T00:00:00" }, "events[1].timestamp"],
    ["a day that is not", { timestamp: "2026-02-30T00:00:00Z" }, "events[1].timestamp"],
    ["no timestamp", { timestamp: undefined }, "events[1].timestamp"],
    ["no user", { userId: undefined }, "events[1].userId"],
    ["an empty flag key", { flagKey: "" }, "events[1].flagKey"],
    ["no name", { eventName: null }, "events[1].eventName"],
    ["a null value", { value: null }, "events[1].value"],
    ["a variation that is no text", { variationId: 3 }, "events[1].variationId"],
    ["metadata that is a list", { metadata: [] }, "events[1].metadata"],
  ])("refuses the whole batch for %s", async (_name, change, field) => {
    const server = await serve({});
    const response = await post(server, "events", { events: [event, { ...event, ...change }] });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).field).toBe(field);
    expect(server.events).toEqual([]);
  });

  it.each([["[]"], ["{}"], ['{"events":{}}'], ['{"events":[null]}'], ["null"], [""], ["{"]])(
    "refuses the body %s",
    async (body) => {
      const server = await serve({});
      expect((await post(server, "events", body)).status).toBe(400);
    },
  );
});

describe("POST telemetry", () => {
  it("records reports and answers with the sum of totals", async () => {
    const server = await serve({});
    const report = {
      evaluations: {
        a: { total: 7, true: 5, false: 2 },
        b: { total: 3, true: 0, false: 3 },
      },
      period_ms: 60_000,
    };
    const response = await post(server, "telemetry", report);
    expect([response.status, await response.json()]).toEqual([200, { received: 10 }]);
    expect(server.telemetry).toEqual([report]);
  });

  it("counts flags of any name", async () => {
    const server = await serve({});
    const body = '{"evaluations":{"__proto__":{"total":2,"true":1,"false":1}},"period_ms":1}';
    expect(await (await post(server, "telemetry", body)).json()).toEqual({ received: 2 });
    const refused = body.replace('"total":2', '"total":"2"');
    expect((await post(server, "telemetry", refused)).status).toBe(400);
  });

  it.each([
    [{ evaluations: {}, period_ms: 1.5 }, "period_ms"],
    [{ evaluations: {}, period_ms: "1" }, "period_ms"],
    [{ evaluations: {} }, "period_ms"],
    [{ period_ms: 1 }, "evaluations"],
    [{ evaluations: { a: { total: 1, true: 1 } }, period_ms: 1 }, "evaluations.a.false"],
    [{ evaluations: { a: { total: -1, true: 0, false: 0 } }, period_ms: 1 }, "evaluations.a.total"],
  ])("refuses %j", async (body, field) => {
    const server = await serve({});
    const response = await post(server, "telemetry", body);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).field).toBe(field);
    expect(server.telemetry).toEqual([]);
  });
});

describe("POST identify", () => {
  it("takes null for what is not known", async () => {
    const server = await serve({});
    const user = { id: "u", email: null, attributes: null };
    expect((await post(server, "identify", { user })).status).toBe(200);
    expect([...server.users.values()]).toEqual([{ id: "u" }]);
  });

  it.each([
    [{}, "user"],
    [{ user: [] }, "user"],
    [{ user: {} }, "user.id"],
    [{ user: { id: "" } }, "user.id"],
    [{ user: { id: 7 } }, "user.id"],
    [{ user: { id: "u", email: 7 } }, "user.email"],
    [{ user: { id: "u", attributes: [] } }, "user.attributes"],
    [{ user: { id: "u", attributes: { plan: { a: 1 } } } }, "user.attributes.plan"],
  ])("refuses %j", async (body, field) => {
    const server = await serve({});
    const response = await post(server, "identify", body);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).field).toBe(field);
    expect(server.users.size).toBe(0);
  });
});
