import { describe, expect, it } from "vitest";
import { createClient } from "../../support/client";
import { recordEvents, until, untilState } from "../../support/events";
import { createGate, startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { createMapStorage, persist } from "./support";

describe("what comes too late", () => {
  it("is the end of a POST that reset overtook: it is waited for, not aborted", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const calls = [client.identify({ id: "u1" })];
    const post = await server.request("identify", 1);
    calls.push(client.reset());
    await untilState(client, ({ refresh }) => refresh === "identifying.overtakenReady");
    expect(server.count("flags")).toBe(1);
    gate.open();
    await Promise.all(calls);
    expect(await post.ended).toBe("answered");
    expect((await server.request("flags", 2)).query.has("user_id")).toBe(false);
  });

  it("is the end of a POST that two users overtook: only then the newer one's goes", async () => {
    const server = await startRollgateServer();
    const client = createClient(server);
    await client.init();
    const gate = createGate();
    server.answerOnce("identify", { gate });
    const calls = [client.identify({ id: "u1" })];
    const post = await server.request("identify", 1);
    calls.push(client.identify({ id: "u2" }));
    await untilState(client, ({ refresh }) => refresh === "identifying.overtakenReady");
    calls.push(client.identify({ id: "u3" }));
    await untilState(client, ({ refresh }) => refresh === "identifying.overtaken");
    await untilState(client, ({ refresh }) => refresh === "identifying.overtakenReady");
    expect(server.count("identify")).toBe(1);
    gate.open();
    await Promise.all(calls);
    expect(await post.ended).toBe("answered");
    expect(server.requests("identify").map((request) => request.json())).toEqual([
      { user: { id: "u1" } },
      { user: { id: "u3" } },
    ]);
  });

  it("is a remembered set of a user who is no longer the one: it is dropped", async () => {
    const clock = createVirtualClock();
    const storage = createMapStorage();
    const server = await startRollgateServer({ leaked: true });
    await persist(server, { clock, cache: { storage } }, { id: "u1" });
    server.flags = { beta: true };
    const gate = createGate();
    let asked = 0;
    const slow = {
      ...storage,
      get: async (key: string) => {
        if (!key.includes(":flags:")) return storage.get(key);
        asked++;
        await gate.opened;
        return storage.get(key);
      },
    };
    const client = createClient(server, { clock, cache: { storage: slow } });
    const events = recordEvents(client, "flag_changed");
    const initialized = client.init({ id: "u1" });
    await until(() => asked > 0);
    const identified = client.identify({ id: "u2" });
    gate.open();
    await Promise.all([initialized, identified]);
    expect(events.of("flag_changed")).toEqual([{ key: "beta", value: true, previous: undefined }]);
    expect({ ...client.getAllFlags() }).toEqual({ beta: true });
  });
});
