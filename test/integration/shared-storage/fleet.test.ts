import { describe, expect } from "vitest";
import { createClient } from "../../support/client";
import { until, untilState } from "../../support/events";
import { patientClock as clock } from "../../support/patient-clock";
import { startRollgateServer } from "../../support/rollgate-server";
import { FREE, PRO, RULES } from "../local/support";
import { startInstance } from "./children";
import { PLACES } from "./places";

describe.each(PLACES)("a fleet that shares %s", (_, it, place) => {
  it("starts from what one of its processes fetched, the service being down", async () => {
    const { place: where } = await place();
    const server = await startRollgateServer({ beta: true, theme: "dark" });
    const fleet = { ...where, server: server.url };
    const first = startInstance(fleet);
    await first.do("init", "u1");
    await first.do("close");
    await server.refuse();
    const others = [startInstance(fleet), startInstance(fleet)];
    await Promise.all(others.map((other) => other.do("init", "u1")));
    for (const other of others) expect(await other.do("flags")).toEqual(await first.do("flags"));
    // Nobody fetched the flags of that one.
    await expect(startInstance(fleet).do("init", "u2")).rejects.toThrow();
  });

  it("evaluates by the rules that one of its clients was sent, the service being down", async () => {
    const { open } = await place();
    const server = await startRollgateServer({ beta: false });
    const config = () => ({ cache: { storage: open() }, clock, enableStreaming: true });
    const first = createClient(server, config());
    await first.init(FREE);
    (await server.stream(1)).event("rules-full", { version: "v1", flags: RULES });
    await until(() => first.mode === "local");
    await first.close();
    await server.refuse();
    const other = createClient(server, config());
    await other.init(FREE);
    expect([other.mode, other.rulesVersion]).toEqual(["local", "v1"]);
    expect(other.isEnabledDetail("beta", false, PRO)).toMatchObject({
      value: true,
      source: "cache",
      stale: true,
    });
  });

  it("keeps quiet as a whole while a Retry-After holds that one of it was given", async () => {
    const { open } = await place();
    const server = await startRollgateServer({ beta: true });
    const first = createClient(server, { cache: { storage: open() }, clock });
    await first.init();
    server.answer("flags", { status: 429, headers: { "retry-after": "600" } });
    await expect(first.refresh()).rejects.toThrow();
    await first.close();
    const asked = server.count("flags");
    const other = createClient(server, { cache: { storage: open() }, clock });
    await other.init();
    await untilState(other, ({ hold }) => hold === "held");
    expect(other.isEnabled("beta")).toBe(true);
    await expect(other.refresh()).rejects.toMatchObject({ code: "RATE_LIMITED" });
    expect(server.count("flags")).toBe(asked);
  });

  it("gives a user who comes back what another one fetched meanwhile", async () => {
    const { open } = await place();
    const server = await startRollgateServer({ beta: false });
    const one = createClient(server, { cache: { storage: open() }, clock });
    await one.init({ id: "u1" });
    await one.identify({ id: "u2" });
    server.flags = { beta: true };
    const other = createClient(server, { cache: { storage: open() }, clock });
    await other.init({ id: "u1" });
    await other.refresh();
    await other.close();
    await server.refuse();
    await one.identify({ id: "u1" });
    expect(one.isEnabledDetail("beta")).toMatchObject({ value: true, source: "cache" });
  });

  it("serves its own, when that is the newer", async () => {
    const { open } = await place();
    const server = await startRollgateServer({ beta: false });
    const other = createClient(server, { cache: { storage: open() }, clock });
    await other.init({ id: "u1" });
    await other.close();
    server.flags = { beta: true };
    const one = createClient(server, { cache: { storage: open() }, clock });
    await one.init({ id: "u1" });
    await one.refresh();
    await one.identify({ id: "u2" });
    await server.refuse();
    await one.identify({ id: "u1" });
    expect(one.isEnabled("beta")).toBe(true);
  });

  it("loses all of it to one clearCache", async () => {
    const { open } = await place();
    const server = await startRollgateServer({ beta: true });
    for (const id of ["u1", "u2"]) {
      const client = createClient(server, { cache: { storage: open() }, clock });
      await client.init({ id });
      await client.close();
    }
    const storage = open();
    expect(await storage.keys("rollgate:")).toHaveLength(2);
    const client = createClient(server, { cache: { storage }, clock });
    await client.clearCache();
    expect(await storage.keys("rollgate:")).toEqual([]);
  });
});
