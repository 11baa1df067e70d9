import { describe, expect, it } from "vitest";
import type { DevServer } from "../../../../src/dev-server";
import { LIVE_PATH } from "../../../../src/dev-server/devtools/messages";
import { control, serve } from "../kit";
import { actor, closed, connect, type Inspector, inspector, isOf, openPage, snapshot } from "./kit";

/** Resolves once everything that was sent before has been received, as a page sees. */
async function settled(server: DevServer, from: Inspector, mark = "mark"): Promise<void> {
  const page = await openPage(server);
  from.send({ ...snapshot("nobody", mark), id: mark });
  const isMark = ({ id }: { id: string }) => id === mark;
  if (!page.view.inspection.some(({ message }) => isMark(message))) {
    await page.heard((one) => one.type === "inspection" && isMark(one.message));
  }
  page.socket.terminate();
}

describe("an inspector", () => {
  it("is listed as a process, or with its page's origin, and told to the pages that are there", async () => {
    const server = await serve({});
    const early = await openPage(server);
    await inspector(server);
    await inspector(server, "http://localhost:3000");
    const { view } = await openPage(server);
    expect(view.sources).toEqual([
      { id: "source-1", label: "process", connected: true, since: expect.any(Number) },
      {
        id: "source-2",
        label: "browser http://localhost:3000",
        connected: true,
        since: expect.any(Number),
      },
    ]);
    const told = await early.heard((one) => one.type === "source" && one.source.id === "source-2");
    expect(told).toEqual({ type: "source", source: view.sources[1] });
  });

  it("tells of actors and what they do; a late page gets each as it is, parents first", async () => {
    const server = await serve({});
    const early = await openPage(server);
    const one = await inspector(server);
    one.send(actor("child", { parentId: "root" }));
    one.send(actor("root", { name: "client" }));
    one.send(snapshot("child", { streaming: "open" }));
    const event = { ...snapshot("child", 0), type: "@xstate.event", sourceId: "root" };
    one.send({ ...event, event: { type: "again", at: 1 } });
    const last = await early.heard((news) => news.type === "inspection" && news.seq === 4);
    expect(last).toMatchObject({ message: { type: "@xstate.event", event: { at: 1 } } });
    const seqs = early.news.filter(isOf("inspection")).map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3, 4]);

    const { view } = await openPage(server);
    const actors = view.actors.map(({ sourceId, actor: { name, snapshot } }) => [
      sourceId,
      name,
      snapshot.value,
    ]);
    expect(actors).toEqual([
      ["source-1", "client", "off"],
      ["source-1", "connection", { streaming: "open" }],
    ]);
    expect(view.inspection.map(({ seq, message }) => [seq, message.type])).toEqual([
      [3, "@xstate.snapshot"],
      [4, "@xstate.event"],
    ]);
  });

  it("tells the end of an actor, and then it is listed no more, nor are its children", async () => {
    const server = await serve({});
    const page = await openPage(server);
    const one = await inspector(server);
    one.send(actor("root"));
    one.send(actor("child", { parentId: "root" }));
    one.send(actor("grandchild", { parentId: "child" }));
    one.send(actor("other"));
    one.send(snapshot("child", "closed", "done"));
    const end = await page.heard((news) => news.type === "inspection" && news.seq === 5);
    expect(end).toMatchObject({ message: { sessionId: "child", snapshot: { status: "done" } } });
    const { view } = await openPage(server);
    expect(view.actors.map(({ actor }) => actor.sessionId)).toEqual(["root", "other"]);
  });

  it("stays listed when it is gone, with its actors; who comes back is another", async () => {
    const server = await serve({});
    const page = await openPage(server);
    const one = await inspector(server);
    one.send(actor("root"));
    one.send(snapshot("root", "streaming"));
    await settled(server, one);
    one.socket.terminate();
    const gone = await page.heard((news) => news.type === "source" && !news.source.connected);
    expect(gone).toMatchObject({ source: { id: "source-1", label: "process" } });
    await inspector(server);
    const { view } = await openPage(server);
    expect(view.sources.map(({ id, connected }) => [id, connected])).toEqual([
      ["source-1", false],
      ["source-2", true],
    ]);
    expect(view.actors).toMatchObject([{ actor: { snapshot: { value: "streaming" } } }]);
  });

  it("that is gone is forgotten when 20 others are gone after it", async () => {
    const server = await serve({});
    const page = await openPage(server);
    for (let index = 1; index <= 22; index++) {
      const one = await inspector(server);
      one.socket.terminate();
      await page.heard(
        (news) =>
          news.type === "source" && !news.source.connected && news.source.id === `source-${index}`,
      );
    }
    const { view } = await openPage(server);
    expect(view.sources.map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `source-${index + 3}`),
    );
  });

  it("of any XState app is understood, whatever it leaves out or adds", async () => {
    const server = await serve({});
    const one = await inspector(server, "http://localhost:5173");
    const base = { _version: "0.7.2", createdAt: "7", id: null, rootId: "x:0" };
    one.send({ ...base, type: "@xstate.actor", sessionId: "x:0", snapshot: null });
    one.send({
      type: "@xstate.snapshot",
      sessionId: "x:0",
      event: { type: "a" },
      snapshot: { status: "active", output: 1 },
    });
    one.send({ ...base, type: "@xstate.microstep", sessionId: "x:0" });
    await settled(server, one);
    const { view } = await openPage(server);
    const complete = { ...base, id: "", sessionId: "x:0" };
    const snapshotOf = { status: "active", value: null, context: {} };
    expect(view.actors).toEqual([
      {
        sourceId: "source-1",
        actor: {
          ...complete,
          type: "@xstate.actor",
          name: "x:0",
          definition: "{}",
          snapshot: snapshotOf,
        },
      },
    ]);
    expect(view.inspection[0]?.message).toEqual({
      type: "@xstate.snapshot",
      _version: "",
      id: "",
      createdAt: expect.stringMatching(/^\d+$/),
      sessionId: "x:0",
      rootId: "x:0",
      event: { type: "a" },
      snapshot: snapshotOf,
    });
  });
});

describe("what no inspector should send", () => {
  const deep = `{"type":"@xstate.event","sessionId":"a","event":{"type":"e","x":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`;
  it.each([
    ["no JSON", "{", "is no JSON"],
    ["a list", "[]", "is no object"],
    [
      "nothing of the protocol",
      { type: "hello" },
      "has no type of the Stately inspection protocol",
    ],
    ["no session", { type: "@xstate.actor" }, "has no sessionId"],
    ["no event", { ...snapshot("a", 1), event: "go" }, "has no event with a type"],
    ["what is too deep", deep, "is nested deeper than 100 levels"],
    ["bytes", Buffer.from("{}"), "is binary"],
    [
      "what is too large",
      JSON.stringify(actor("a", { definition: "x".repeat(65_536) })),
      "is larger than 65536 bytes",
    ],
  ])("is dropped and told once: %s", async (_, message, reason) => {
    const lines: string[] = [];
    const server = await serve({}, { log: (line) => lines.push(line) });
    const one = await inspector(server);
    one.send(message);
    one.send(message);
    one.send(actor("good"));
    await settled(server, one);
    const { view } = await openPage(server);
    expect(view.actors.map(({ actor }) => actor.sessionId)).toEqual(["good"]);
    expect(lines.filter((line) => line.includes("inspect  process"))).toEqual([
      expect.stringContaining(`process: a message ${reason} and is dropped;`),
    ]);
  });

  it("ends the connection when it is larger than 1 MiB, and nothing else", async () => {
    const server = await serve({});
    const one = await inspector(server);
    const other = await inspector(server);
    one.send("x".repeat(1_048_577));
    expect(await closed(one.socket)).toBe(1009);
    await settled(server, other);
  });

  it("breaks nothing when it is no WebSocket frame at all", async () => {
    const server = await serve({});
    const one = await inspector(server);
    const page = await openPage(server);
    (one.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0xff, 0xff, 0xff]),
    );
    await page.heard((news) => news.type === "source" && !news.source.connected);
    expect((await control(server, "state")).status).toBe(200);
  });

  it("is one inspector more than a hundred", async () => {
    const server = await serve({});
    const all = await Promise.all(Array.from({ length: 100 }, () => connect(server, "inspect")));
    expect(all.every(({ handshake }) => handshake === "open")).toBe(true);
    expect((await connect(server, "inspect")).handshake).toBe(503);
    const page = await openPage(server);
    all[0]?.socket.terminate();
    await page.heard((news) => news.type === "source" && !news.source.connected);
    expect((await connect(server, "inspect")).handshake).toBe("open");
  });
});

describe("a flood", () => {
  it("of ten clients reaches the page whole and in order, in batches; a late page gets all actors", async () => {
    const server = await serve({});
    const page = await openPage(server);
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        inspector(server, `http://localhost:${3000 + index}`),
      ),
    );
    for (const client of clients) {
      client.send(actor("root", { name: "client" }));
      for (let index = 1; index < 1_000; index++) client.send(snapshot("root", index));
    }
    await page.heard((one) => one.type === "inspection" && one.seq === 10_000);
    const told = page.news.filter(isOf("inspection"));
    expect(told.map(({ seq }) => seq)).toEqual(Array.from({ length: 10_000 }, (_, seq) => seq + 1));
    for (let id = 1; id <= 10; id++) {
      const mine = told.filter(({ sourceId }) => sourceId === `source-${id}`);
      expect(mine.length).toBe(1_000);
      expect(mine.at(-1)).toMatchObject({ message: { snapshot: { value: 999 } } });
    }
    expect(page.batches()).toBeLessThan(200);

    const late = (await openPage(server)).view;
    expect(late.actors.map(({ sourceId, actor }) => [sourceId, actor.snapshot.value])).toEqual(
      Array.from({ length: 10 }, (_, index) => [`source-${index + 1}`, 999]),
    );
    expect(late.inspection.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 2_000 }, (_, index) => 8_001 + index),
    );
  });

  it("of large messages is kept up to 8 MiB", async () => {
    const server = await serve({});
    const one = await inspector(server);
    const large = { ...snapshot("a", 1), event: { type: "e", text: "x".repeat(60_000) } };
    for (let index = 0; index < 300; index++) one.send(large);
    await settled(server, one);
    const { view } = await openPage(server);
    const size = JSON.stringify(view.inspection).length;
    expect([size < 9_000_000, size > 8_000_000]).toEqual([true, true]);
  });

  it("of actors is kept up to 2,000, those of the living before those of the gone", async () => {
    const lines: string[] = [];
    const server = await serve({}, { log: (line) => lines.push(line) });
    const page = await openPage(server);
    const first = await inspector(server);
    for (let index = 0; index < 1_500; index++) first.send(actor(`first-${index}`));
    await settled(server, first, "first");
    first.socket.terminate();
    await page.heard((news) => news.type === "source" && !news.source.connected);
    const second = await inspector(server);
    for (let index = 0; index < 2_001; index++) second.send(actor(`second-${index}`));
    await settled(server, second, "second");
    const { view } = await openPage(server);
    expect(view.sources.map(({ id }) => id)).toEqual(["source-2"]);
    expect(view.actors.length).toBe(2_000);
    expect(lines.filter((line) => line.includes("is of one actor too many")).length).toBe(1);
  });
});

it("asks for a WebSocket when it gets none", async () => {
  const server = await serve({});
  const response = await fetch(server.url + LIVE_PATH);
  expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
});
