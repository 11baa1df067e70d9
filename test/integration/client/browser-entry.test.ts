import { expect, it } from "vitest";
import { RollgateClient } from "../../../src/index.browser";
import { API_KEY } from "../../support/client";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";
import { rejection } from "./support";

it("`start` closes the browser's client, too, when its init rejects", async () => {
  const server = await startRollgateServer();
  server.answer("flags", { status: 404 });
  const clock = createVirtualClock();
  const started = RollgateClient.start({
    apiKey: API_KEY,
    baseUrl: server.url,
    cache: { storage: false },
    clock,
    logLevel: "silent",
  });
  expect(await rejection(started)).toMatchObject({ statusCode: 404 });
  expect(clock.pending()).toEqual([]);
});
