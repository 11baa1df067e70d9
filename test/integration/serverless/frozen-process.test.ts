import { createInterface } from "node:readline/promises";
import { expect, it } from "vitest";
import { startNode } from "../../support/node-child";
import { startRollgateServer } from "../../support/rollgate-server";
import { names } from "../delivery/support";

/** Answers calls, one line each, as a function on a platform that freezes it in between. */
const HANDLER = `
  import { createInterface } from "node:readline";
  const client = new RollgateClient({ ...config, refreshIntervalMs: 0, tracking: { flushIntervalMs: 0 }, telemetry: { flushIntervalMs: 0 } });
  for await (const name of createInterface({ input: process.stdin })) {
    await client.init().catch(() => {});
    client.track({ flagKey: "beta", eventName: name, userId: "ann" });
    const on = client.isEnabled("beta");
    await client.flush();
    console.log(JSON.stringify([name, on, client.getEventStats().pending]));
  }
  console.log("ended");
`;

// Windows has no such signals.
it.skipIf(process.platform === "win32")(
  "a process that is frozen between calls while the server drops its sockets loses nothing and repeats nothing",
  async () => {
    const server = await startRollgateServer({ beta: true });
    const { child, ended } = startNode(server, HANDLER);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const call = async (name: string) => {
      child.stdin.write(`${name}\n`);
      return JSON.parse((await lines.next()).value);
    };
    expect(await call("one")).toEqual(["one", true, 0]);
    for (const name of ["two", "three", "four"]) {
      child.kill("SIGSTOP");
      await server.refuse();
      await server.accept();
      child.kill("SIGCONT");
      const [answered, on] = await call(name);
      expect([answered, on]).toEqual([name, true]);
    }
    // A socket may be found dead only when it is used: that event goes with the next call.
    expect(await call("five")).toEqual(["five", true, 0]);
    child.stdin.end();
    expect(await ended).toMatchObject({ code: 0, err: "" });
    expect(names(server).flat()).toEqual(["one", "two", "three", "four", "five"]);
  },
);
