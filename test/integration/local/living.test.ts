import { describe, expect, it } from "vitest";
import { recordEvents, untilState } from "../../support/events";
import { rejection } from "../client/support";
import { FREE, flagFor, local, PRO, RULES } from "./support";

describe("offline, a client with rules", () => {
  it("sends nothing, changes users by the rules, and refuses to refresh", async () => {
    const { server, client, stream } = await local(RULES, {}, PRO);
    const before = server.requests().length;
    client.setOffline(true);
    await stream.closed;
    expect(client.getState().evaluation).toBe("local.doubtful");
    expect(await rejection(client.refresh())).toMatchObject({ code: "OFFLINE" });
    await client.identify(FREE);
    expect(client.getAllFlags()).toEqual({ beta: false, open: true });
    await client.reset();
    expect(client.isEnabledDetail("open")).toMatchObject({ source: "rules", stale: false });
    expect(client.isEnabled("beta", false, PRO)).toBe(true);
    expect(server.requests()).toHaveLength(before);
  });

  it("opens the stream anew when it is back, whose rules decide", async () => {
    const { server, client } = await local(RULES, {}, PRO);
    client.setOffline(true);
    client.setOffline(false);
    const stream = await server.stream(2);
    stream.event("rules-full", { version: "v2", flags: { beta: flagFor("plan", "free") } });
    await untilState(client, ({ evaluation }) => evaluation === "local.confirmed");
    expect([client.rulesVersion, client.isEnabled("beta")]).toEqual(["v2", false]);
  });
});

describe("a refresh while the stream vouches for the rules", () => {
  it("asks the server and changes nothing", async () => {
    const { server, client } = await local(RULES, {}, PRO);
    server.flags = { beta: false };
    const events = recordEvents(client, "flag_changed", "flags_updated", "error");
    const fetches = server.count("flags");
    await Promise.all([client.refresh(), client.refresh()]);
    expect(server.count("flags")).toBe(fetches + 1);
    expect([client.mode, client.getAllFlags()]).toEqual(["local", { beta: true, open: true }]);
    expect(events.entries).toEqual([]);
  });

  it("rejects when the server fails, the rules deciding on", async () => {
    const { server, client } = await local(RULES, {}, PRO);
    server.answer("flags", { status: 503 });
    expect(await rejection(client.refresh())).toMatchObject({ statusCode: 503 });
    expect(client.isEnabledDetail("beta")).toMatchObject({
      value: true,
      source: "rules",
      stale: false,
    });
    expect(client.getState()).toMatchObject({
      evaluation: "local.confirmed",
      connection: "streaming.open",
    });
  });
});

describe("identify while rules decide", () => {
  it("that is overtaken settles with the last; each user in turn has their own flags", async () => {
    const { server, client } = await local(RULES, {}, PRO);
    const before = server.requests().length;
    const first = client.identify(FREE);
    expect(client.isEnabled("beta")).toBe(false);
    const second = client.identify({ id: "vip" });
    expect(client.isEnabled("beta")).toBe(true);
    await Promise.all([first, second]);
    expect(client.user).toEqual({ id: "vip" });
    expect(server.requests()).toHaveLength(before);
  });

  it("with other attributes of the same user decides anew", async () => {
    const { client } = await local(RULES, {}, { id: "u", attributes: { plan: "free" } });
    const identified = client.identify({ id: "u", attributes: { plan: "pro" } });
    expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: false });
    await identified;
  });

  it("of a user that makes no sense is refused and changes nothing", async () => {
    const { client } = await local(RULES, {}, PRO);
    expect(await rejection(client.identify({ id: "" }))).toMatchObject({ code: "INVALID_USER" });
    expect([client.user, client.isEnabled("beta")]).toEqual([PRO, true]);
  });
});

describe("a subscriber", () => {
  it("hears of what rules change for the current user, of its flag alone when it named one", async () => {
    const { client, send } = await local(RULES, {}, FREE);
    const heard: string[] = [];
    client.subscribe(() => void heard.push("any"));
    client.subscribe("beta", () => void heard.push(`beta ${client.isEnabled("beta")}`));
    client.subscribe("open", () => void heard.push("open"));
    const version = client.getVersion();
    await send("v2", { ...RULES, beta: flagFor("plan", "free") });
    expect(heard.sort()).toEqual(["any", "beta true"]);
    expect(client.getVersion()).toBe(version + 1);
    heard.splice(0);
    await client.identify(PRO);
    expect(heard.sort()).toEqual(["any", "beta false"]);
    expect(client.getVersion()).toBe(version + 2);
  });

  it("hears nothing of rules that say the same of the current user", async () => {
    const { client, send } = await local(RULES, {}, FREE);
    let heard = 0;
    client.subscribe(() => void heard++);
    const version = client.getVersion();
    await send("v2", RULES);
    await send("v3", { ...RULES, beta: flagFor("plan", "enterprise") });
    await client.identify({ ...FREE, id: "another" });
    expect([heard, client.getVersion()]).toEqual([0, version]);
  });
});
