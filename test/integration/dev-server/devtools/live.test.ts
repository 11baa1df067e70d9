import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { control, post, serve, stream } from "../kit";
import { closed, folderWith, inspector, isOf, openPage, snapshot } from "./kit";

const EVENT = { flagKey: "x", eventName: "e", userId: "u", timestamp: "2026-01-01T00:00:00Z" };
const REPORT = { evaluations: { x: { total: 3, true: 2, false: 1 } }, period_ms: 10 };

describe("the devtools page", () => {
  it("begins with all there is, also after a reload", async () => {
    const server = await serve({ x: { enabled: true, rollout: 5 }, a: { enabled: false } });
    const reader = await stream(server);
    await reader.next();
    await post(server, "identify", { user: { id: "u", email: "u@example.com" } });
    await post(server, "events", { events: [EVENT, { ...EVENT, eventName: "f" }] });
    await post(server, "telemetry", REPORT);
    server.faults.add({ route: "events", status: 500 });
    const first = await openPage(server);
    first.socket.terminate();
    const { view } = await openPage(server);
    expect(view).toEqual({
      server: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        localEvaluation: false,
        startedAt: expect.any(Number),
      },
      flags: [
        { key: "x", definition: { enabled: true, rollout: 5 } },
        { key: "a", definition: { enabled: false } },
      ],
      users: [{ id: "u", email: "u@example.com" }],
      events: [
        { ...EVENT, seq: 1 },
        { ...EVENT, eventName: "f", seq: 2 },
      ],
      telemetry: [{ ...REPORT, seq: 1 }],
      requests: expect.any(Array),
      totals: { requests: 6, events: 2, evaluations: 3 },
      faults: [{ id: "fault-1", fault: { route: "events", status: 500 } }],
      streams: 1,
      sources: [],
      actors: [],
      inspection: [],
    });
    expect(view.requests.map(({ seq, path, status }) => [seq, path, status])).toEqual([
      [1, "/api/v1/sdk/stream", 200],
      [2, "/api/v1/sdk/identify", 200],
      [3, "/api/v1/sdk/events", 200],
      [4, "/api/v1/sdk/telemetry", 200],
      [5, "/__rollgate/live", 101],
      [6, "/__rollgate/live", 101],
    ]);
  });

  it("hears of everything as it happens, with totals that add up", async () => {
    const server = await serve({ x: { enabled: true } });
    const page = await openPage(server);
    await post(server, "events", { events: [EVENT, EVENT] });
    await post(server, "events", { events: [EVENT] });
    await post(server, "telemetry", REPORT);
    await post(server, "events", { events: [{}] });
    await post(server, "identify", { user: { id: "u" } });
    const reader = await stream(server);
    await reader.next();
    server.updateFlag("x", { rollout: 1 });
    await control(server, "faults", "POST", { route: "stream", status: 503, times: 2 });
    await page.heard((one) => one.type === "faults" && one.faults[0]?.fault.times === 2);
    await stream(server);
    const refused = await page.heard((one) => one.type === "request" && one.request.status === 503);
    expect(refused).toMatchObject({ totals: { requests: 9, events: 3, evaluations: 3 } });
    await page.heard((one) => one.type === "faults" && one.faults[0]?.fault.times === 1);

    const events = page.news.filter(isOf("events"));
    expect(events.flatMap((one) => one.events.map(({ seq }) => seq))).toEqual([1, 2, 3]);
    expect(events.at(-1)?.totals).toEqual({ requests: 2, events: 3, evaluations: 0 });
    const [report] = page.news.filter(isOf("telemetry"));
    expect(report?.report).toEqual({ ...REPORT, seq: 1 });
    expect(report?.totals).toEqual({ requests: 3, events: 3, evaluations: 3 });
    expect(page.news.filter(isOf("users")).at(-1)?.users).toEqual([{ id: "u" }]);
    expect(page.news.filter(isOf("streams")).at(-1)?.count).toBe(1);
    expect(page.news.filter(isOf("flags")).at(-1)?.flags).toEqual([
      { key: "x", definition: { enabled: true, rollout: 1 } },
    ]);
    const requests = page.news.filter(isOf("request")).map(({ request }) => request.seq);
    expect(requests).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    server.faults.clear();
    await page.heard((one) => one.type === "faults" && one.faults.length === 0);
    reader.close();
    await page.heard((one) => one.type === "streams" && one.count === 0);
  });

  it("is told once of what changes often, as it is in the end", async () => {
    const server = await serve({ x: { enabled: true } });
    const page = await openPage(server);
    for (let rollout = 0; rollout <= 100; rollout++) server.updateFlag("x", { rollout });
    await page.heard(isOf("flags"));
    expect(page.batches()).toBe(1);
    const row = { key: "x", definition: { enabled: true, rollout: 100 } };
    expect(page.news.filter(isOf("flags"))).toEqual([{ type: "flags", flags: [row] }]);
  });

  it("is told of a flags file that cannot be used, and of the next that can", async () => {
    const folder = await folderWith({ "flags.json": '{ "flags": {} }' });
    const path = join(folder, "flags.json");
    const server = await serve(path);
    const page = await openPage(server);
    expect(page.view.server.flagsFile).toBe(path);
    await writeFile(path, "{");
    const refused = await page.heard(isOf("flags_refused"));
    expect(refused.message).toMatch(/flags\.json:1:2: the file is no JSON here/);
    const reloaded = await openPage(server);
    expect(await reloaded.heard(isOf("flags_refused"))).toEqual(refused);
    await writeFile(path, '{ "flags": { "y": { "enabled": true } } }');
    const { flags } = await page.heard(isOf("flags"));
    expect(flags.map(({ key }) => key)).toEqual(["y"]);

    const later = await openPage(server);
    await control(server, "state");
    await later.heard(isOf("request"));
    expect(later.news.filter(isOf("flags_refused"))).toEqual([]);
  });

  it("never sees the key", async () => {
    const server = await serve({}, { apiKey: "canary" });
    const headers = { Authorization: "Bearer canary", Cookie: "canary" };
    const page = await openPage(server);
    for (const path of ["flags", "stream?token=canary"]) {
      const response = await fetch(`${server.url}/api/v1/sdk/${path}`, { headers });
      await response.body?.cancel();
    }
    await page.heard((one) => one.type === "request" && one.request.path.endsWith("stream"));
    const { view } = await openPage(server);
    expect(JSON.stringify([page.news, view])).not.toContain("canary");
    expect(JSON.stringify(page.news)).toContain("[redacted]");
  });

  it("that comes in the middle hears everything once", async () => {
    const server = await serve({});
    const early = await openPage(server);
    const one = await inspector(server);
    for (let index = 0; index < 100; index++) one.send(snapshot("a", index));
    await early.heard((news) => news.type === "inspection" && news.seq === 1);
    const late = await openPage(server);
    for (let index = 0; index < 100; index++) one.send(snapshot("a", index));
    const last = (news: { type: string; seq?: number }) =>
      news.type === "inspection" && news.seq === 200;
    await Promise.all([early.heard(last), late.heard(last)]);
    const expected = Array.from({ length: 200 }, (_, index) => index + 1);
    const told = (page: typeof late) => page.news.filter(isOf("inspection")).map(({ seq }) => seq);
    expect(told(early)).toEqual(expected);
    expect([...late.view.inspection.map(({ seq }) => seq), ...told(late)]).toEqual(expected);

    // What is certainly on its way when a page is let in: the request by which it came.
    const own = late.view.requests.length;
    await control(server, "state");
    await late.heard(isOf("request"));
    const requests = late.news.filter(isOf("request")).map(({ request }) => request.seq);
    expect(requests).toEqual([own + 1]);
  });

  it("that does not read is closed with 1013, and gets all again when it comes back", async () => {
    const server = await serve({});
    const slow = await openPage(server);
    const reading = await openPage(server);
    slow.socket.pause();
    const one = await inspector(server);
    const large = { ...snapshot("a", 1), event: { type: "e", text: "x".repeat(60_000) } };
    // More than the server keeps for a page and the system between them.
    for (let sent = 0; sent < 800; sent += 50) {
      for (let index = 1; index <= 50; index++) one.send({ ...large, id: String(index) });
      await reading.heard((news) => news.type === "inspection" && news.seq === sent + 50);
    }
    const end = closed(slow.socket);
    slow.socket.resume();
    expect(await end).toBe(1013);
    expect(slow.news.filter(isOf("inspection")).length).toBeLessThan(800);
    const { view } = await openPage(server);
    expect(view.inspection.at(-1)?.seq).toBe(800);
  });

  it("and inspectors are cut off when the server closes", async () => {
    const server = await serve({});
    const page = await openPage(server);
    const one = await inspector(server);
    const ends = [closed(page.socket), closed(one.socket)];
    await server.close();
    expect(await Promise.all(ends)).toEqual([1006, 1006]);
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });

  it("may say what it likes", async () => {
    const server = await serve({});
    const page = await openPage(server);
    page.socket.send("{");
    await control(server, "state");
    await page.heard((one) => one.type === "request" && one.request.path === "/__rollgate/state");
  });
});
