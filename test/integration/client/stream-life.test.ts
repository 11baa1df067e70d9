import { describe, expect, it } from "vitest";
import { untilState } from "../../support/events";
import { backingOff, failedWaits, open, received, reconnect, start, streaming } from "./streams";

describe("a stream that was open and is lost", () => {
  it("leaves the flags to polling, at refreshIntervalMs", async () => {
    const { server, clock, client, stream, fetched } = await streaming({
      refreshIntervalMs: 20_000,
      stream: { reconnectBaseDelayMs: 600_000, reconnectMaxDelayMs: 600_000 },
    });
    stream.end();
    await untilState(client, backingOff);
    expect(client.getState().nextPollAt).toBe(clock.now() + 20_000);
    clock.advance(20_000);
    await server.request("flags", fetched + 1);
  });

  it("is waited for between half and one and a half of the delay, of the longest one, too", async () => {
    const { server, clock, client } = await start({
      stream1: { status: 503 },
      random: () => 0.999999,
      refreshIntervalMs: 3_600_000,
      stream: { reconnectBaseDelayMs: 2_000, reconnectMaxDelayMs: 5_000 },
    });
    expect(await failedWaits(server, clock, client, 3)).toEqual([3_000, 6_000, 7_500]);
  });

  it("is waited for longer each time, also from the base that the server proposed", async () => {
    const { server, clock, client, stream } = await streaming();
    stream.end();
    await reconnect(server, clock, client);
    await untilState(client, open);
    const second = await server.stream(2);
    await received(clock, () => second.send("retry: 5000\n\n"));
    second.end();
    expect(await failedWaits(server, clock, client, 2)).toEqual([10_000, 20_000]);
  });
});

describe("a stream that the server wants no more", () => {
  it("stays closed for another user and after being offline", async () => {
    const { server, client } = await start({ stream1: { status: 204 } });
    await untilState(client, ({ connection }) => connection === "polling");
    await client.identify({ id: "u1" });
    client.setOffline(true);
    client.setOffline(false);
    await server.request("flags", 3);
    expect(client.getState().connection).toBe("polling");
    expect(server.count("stream")).toBe(1);
  });
});
