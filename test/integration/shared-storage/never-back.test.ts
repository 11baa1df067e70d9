import { describe, expect } from "vitest";
import { startRollgateServer } from "../../support/rollgate-server";
import { startInstance } from "./children";
import { PLACES } from "./places";

describe.each(PLACES)("in %s", (_, it, place) => {
  it("a process that slept between its reading and its writing changes nothing", async () => {
    const { open, place: where } = await place();
    const storage = open();
    const sleeper = startInstance(where);
    const at = Date.now();
    await storage.set("k", "first", { at: at - 3 });
    expect(await sleeper.do("get", "k")).toBe("first");
    sleeper.freeze();
    const late = sleeper.do("set", "k", "of the sleeper", at - 2);
    await storage.set("k", "newest", { at: at - 1 });
    sleeper.thaw();
    await late;
    expect(await storage.get("k")).toBe("newest");
    expect(await sleeper.do("get", "k")).toBe("newest");
    await storage.set("k", "newer still", { at });
    expect(await sleeper.do("get", "k")).toBe("newer still");
  });

  it("a client that slept before it saved leaves what others saved meanwhile", async () => {
    const { place: where } = await place();
    const server = await startRollgateServer({ beta: false });
    const fleet = { ...where, server: server.url };
    const [sleeper, other] = [startInstance(fleet), startInstance(fleet)];
    await sleeper.do("init", "u1");
    sleeper.freeze();
    server.flags = { beta: true };
    await other.do("init", "u1");
    await other.do("close");
    sleeper.thaw();
    await sleeper.do("close");
    await server.refuse();
    const third = startInstance(fleet);
    await third.do("init", "u1");
    expect(await third.do("flags")).toEqual({ beta: true });
  });

  it("processes that write at once never show a reader an older text after a newer one", async () => {
    const { open, place: where } = await place();
    const writers = [1, 2, 3].map(() => startInstance(where));
    const reader = open();
    let writing = writers.length;
    const hammering = writers.map((writer) => writer.do("hammer", "k", 40).then(() => writing--));
    const seen: number[] = [];
    while (writing > 0) {
      const text = await reader.get("k");
      if (text !== undefined) seen.push(Number(text));
      else expect(seen).toEqual([]);
    }
    await Promise.all(hammering);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const last = Number(await reader.get("k"));
    expect(last).toBeGreaterThanOrEqual(Math.max(...seen));
    await reader.set("k", "older", { at: last - 1 });
    expect(await reader.get("k")).toBe(String(last));
  });
});
