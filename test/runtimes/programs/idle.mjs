import process from "node:process";
import { RollgateClient } from "rollgate";

// Polls, streams, has something to send, and is never closed: the process must end all the same.
const client = new RollgateClient({
  apiKey: "dev-key",
  baseUrl: process.argv[2],
  enableStreaming: true,
});
const opened = new Promise((resolve) => {
  client.on("connection_changed", ({ to }) => to === "streaming.open" && resolve());
});
const awake = setInterval(() => {}, 1_000);
await client.init({ id: "ann" });
await opened;
clearInterval(awake);
client.track({ flagKey: "beta", eventName: "unsent" });
console.log(JSON.stringify(client.getState().connection));
