import { describe, expect, it } from "vitest";
import type { RollgateConfig, UserContext } from "../../../src";
import { createClient } from "../../support/client";
import { recordEvents, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { open } from "./streams";

/** A client with flags of that user, and a server that holds its next answer back. */
async function start(user: UserContext, config: Partial<RollgateConfig> = {}) {
  const server = await startRollgateServer();
  server.answerOnce("flags", { flags: { beta: true }, etag: '"1"' });
  const gate = createGate();
  server.answer("flags", { gate, flags: { beta: false } });
  const client = createClient(server, config);
  await client.init(user);
  return { server, gate, client, events: recordEvents(client, "flags_stale") };
}

describe("the same id", () => {
  it.each([
    ["another e-mail", { id: "u1", email: "c@d.e", attributes: { plan: "pro" } }],
    ["no e-mail", { id: "u1", attributes: { plan: "pro" } }],
    ["another value", { id: "u1", email: "a@b.c", attributes: { plan: "free" } }],
    ["another attribute", { id: "u1", email: "a@b.c", attributes: { plan: "pro", age: 3 } }],
    ["no attributes", { id: "u1", email: "a@b.c" }],
  ])("with %s keeps its flags, stale until the answer, and not their ETag", async (_, user) => {
    const { server, gate, client, events } = await start({
      id: "u1",
      email: "a@b.c",
      attributes: { plan: "pro" },
    });
    const identified = client.identify(user);
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
    const request = await server.request("flags", 2);
    expect(request.headers["if-none-match"]).toBeUndefined();
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
    gate.open();
    await identified;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: false, stale: false });
    expect(events.names).toEqual(["flags_stale"]);
  });

  it("with the same attributes in another order keeps its flags as they are", async () => {
    const { server, gate, client, events } = await start({
      id: "u1",
      attributes: { plan: "pro", age: 3 },
    });
    const identified = client.identify({ id: "u1", attributes: { age: 3, plan: "pro" } });
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: false });
    expect((await server.request("flags", 2)).headers["if-none-match"]).toBe('"1"');
    gate.open();
    await identified;
    expect(events.names).toEqual([]);
  });

  it("with other attributes is not vouched for by the stream that was open", async () => {
    const { server, gate, client } = await start({ id: "u1" }, { enableStreaming: true });
    const stream = await server.stream(1);
    await untilState(client, open);
    stream.event("init", { flags: { beta: true } });
    await untilState(client, ({ freshness }) => freshness === "live");
    const identified = client.identify({ id: "u1", attributes: { plan: "pro" } });
    await stream.closed;
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
    gate.open();
    await identified;
  });
});
