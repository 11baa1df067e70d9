import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { RollgateClient } from "../../../src";
import type { Order } from "./doomed";
import { event } from "./support";

// Runs in a process of its own and does what its parent says, until it is killed.

const [apiKey = "", baseUrl = "", persistPath = ""] = process.argv.slice(2);

const die = () => void process.kill(process.pid, "SIGKILL");

/** Dies in the middle of recording: the new text is not in its place yet, an outbox that is done with not gone. */
function dieRecording(): void {
  const { rename, rm } = fs;
  const dieAt = (path: unknown) => String(path).includes(".outbox-") && die();
  fs.rename = async (from, to) => {
    dieAt(to);
    return rename(from, to);
  };
  fs.rm = async (path, options) => {
    dieAt(path);
    return rm(path, options);
  };
  syncBuiltinESMExports();
}

const client = new RollgateClient({
  apiKey,
  baseUrl,
  refreshIntervalMs: 0,
  timeoutMs: 60_000,
  logLevel: "silent",
  telemetry: { enabled: false },
  cache: { persistPath },
  tracking: { persist: true, flushIntervalMs: 600_000, maxBufferSize: 1_000 },
});

function obey(order: Order): void {
  switch (order.do) {
    case "track":
      for (const name of order.names) client.track(event(name));
      break;
    case "flush":
      void client.flushEvents();
      break;
    case "die when flushed":
      client.on("events_flushed", die);
      break;
    case "die recording":
      dieRecording();
  }
}

await client.init();
process.on("message", (order: Order) => {
  obey(order);
  process.send?.("done");
});
process.send?.("ready");
