import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { RollgateClient } from "../../../src";
import type { Order } from "./doomed";
import { event } from "./support";

// Runs in a process of its own and does what its parent says, until it is killed.

const [apiKey = "", baseUrl = "", persistPath = ""] = process.argv.slice(2);

const die = () => void process.kill(process.pid, "SIGKILL");

const dieAt = (path: unknown) => String(path).includes(".outbox-") && die();

/** Dies when a new text is written, but not in its place yet. */
function dieReplacing(): void {
  const { rename } = fs;
  fs.rename = async (from, to) => {
    dieAt(to);
    return rename(from, to);
  };
  syncBuiltinESMExports();
}

/** Dies when an outbox is done with, but not gone yet. */
function dieDiscarding(): void {
  const { rm } = fs;
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
      dieReplacing();
      dieDiscarding();
      break;
    case "die discarding":
      dieDiscarding();
  }
}

await client.init();
process.on("message", (order: Order) => {
  obey(order);
  process.send?.("done");
});
process.send?.("ready");
