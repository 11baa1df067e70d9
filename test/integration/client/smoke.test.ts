import { expect, it } from "vitest";
import { createClient } from "../../support/client";
import { startRollgateServer } from "../../support/rollgate-server";
import { untilState } from "../../support/events";
it("works", async () => {
  const server = await startRollgateServer({ a: true });
  const client = createClient(server, { enableStreaming: true });
  await client.init();
  expect(client.isEnabled("a")).toBe(true);
  const s = await server.stream(1);
  await untilState(client, (x) => x.connection === "streaming.open");
  server.flags = { a: false };
  s.event("flag-changed", { key: "a", enabled: false });
  await server.request("flags", 2);
  console.log(client.getState(), client.getTransitions().length);
});
