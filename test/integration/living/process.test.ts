import { expect, it } from "vitest";
import { runNode as run, startNode as start } from "../../support/node-child";
import { startRollgateServer } from "../../support/rollgate-server";

it("lets Node exit by itself although a polling client was never closed", async () => {
  const server = await startRollgateServer({ beta: true });
  const ended = await run(
    server,
    `const client = new RollgateClient(config);
     await client.init();
     console.log(client.isEnabled("beta"));`,
  );
  expect(ended).toEqual({ code: 0, out: "true", err: "" });
});

it("lets Node exit by itself although a streaming client, its stream open, was never closed", async () => {
  const server = await startRollgateServer({ beta: true });
  const ended = await run(
    server,
    `const client = new RollgateClient({ ...config, enableStreaming: true });
     const open = new Promise((resolve) => client.on("connection_changed", ({ to }) => to === "streaming.open" && resolve()));
     const idle = setInterval(() => {}, 1000);
     await client.init();
     await open;
     clearInterval(idle);
     console.log(client.getState().connection);`,
  );
  expect(ended).toEqual({ code: 0, out: "streaming.open", err: "" });
});

it("lets Node exit with events and counts still unsent", async () => {
  const server = await startRollgateServer({ beta: true });
  const ended = await run(
    server,
    `const client = new RollgateClient(config);
     await client.init();
     client.isEnabled("beta");
     client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
     console.log("end");`,
  );
  expect(ended).toEqual({ code: 0, out: "end", err: "" });
});

it("keeps Node alive while init is unsettled, also during a backoff", async () => {
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", { status: 500 }, { delivery: "reset" });
  const ended = await run(
    server,
    `const client = new RollgateClient({ ...config, retry: { baseDelayMs: 150 } });
     await client.init();
     console.log("ready");`,
  );
  expect(ended).toEqual({ code: 0, out: "ready", err: "" });
});

it("keeps Node alive while a refresh, an identify, a flush or a close is unsettled", async () => {
  const server = await startRollgateServer({ beta: true });
  server.answerOnce("flags", {}, { status: 500 }, {}, { status: 500 });
  server.answerOnce("events", { status: 500 });
  const ended = await run(
    server,
    `const client = new RollgateClient({ ...config, retry: { baseDelayMs: 80 } });
     await client.init();
     await client.refresh();
     await client.identify({ id: "ann" });
     client.track({ flagKey: "beta", eventName: "seen" });
     await client.close();
     console.log(client.getEventStats().delivered);`,
  );
  expect(ended).toEqual({ code: 0, out: "1", err: "" });
});

const UPDATES: readonly (readonly [string, string])[] = [
  ["polls", "{ ...config, refreshIntervalMs: 20 }"],
  ["streams", "{ ...config, enableStreaming: true }"],
];

it.each(UPDATES)(
  "leaves no timer, no socket and no listener of a client that %s, once it is closed",
  async (_, config) => {
    const server = await startRollgateServer({ beta: true });
    const ended = await run(
      server,
      `const listeners = () => process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
       const before = JSON.stringify(listeners());
       const held = () => process.getActiveResourcesInfo().filter((kind) => !/Pipe|TTY|Immediate/.test(kind));
       const client = new RollgateClient(${config});
       await client.init({ id: "ann" });
       await client.refresh();
       client.isEnabled("beta");
       client.track({ flagKey: "beta", eventName: "seen" });
       await client.close();
       const timers = held().filter((kind) => kind === "Timeout");
       // The pool of the global fetch lets go of a socket some turns after the answer.
       for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
       console.log(JSON.stringify([timers, held(), JSON.stringify(listeners()) === before]));`,
    );
    expect(ended).toEqual({ code: 0, out: "[[],[],true]", err: "" });
  },
);

it("closes every connection of its streams while the process lives on", async () => {
  const server = await startRollgateServer({ beta: true });
  const { ended, release } = start(
    server,
    `const client = new RollgateClient({ ...config, enableStreaming: true });
     const open = () => new Promise((resolve) => client.on("connection_changed", ({ to }) => to === "streaming.open" && resolve()));
     const awake = setInterval(() => {}, 1000);
     let opened = open();
     await client.init();
     await opened;
     opened = open();
     await client.identify({ id: "ann" });
     await opened;
     await client.close();
     clearInterval(awake);
     console.log("closed");
     await released;`,
  );
  await Promise.all([(await server.stream(1)).closed, (await server.stream(2)).closed]);
  release();
  expect(await ended).toEqual({ code: 0, out: "closed", err: "" });
  expect(server.count("stream")).toBe(2);
});
