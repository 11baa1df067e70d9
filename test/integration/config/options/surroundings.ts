import { expect, onTestFinished, vi } from "vitest";
import { ConfigurationError, RollgateClient } from "../../../../src";
import { API_KEY, createPlainClient } from "../../../support/client";
import { startRollgateServer } from "../../../support/rollgate-server";
import { createVirtualClock } from "../../../support/virtual-clock";
import { rejection } from "../../http/support";
import { comesAfter, type OptionCase, ready, scene } from "./kit";

const DAY_MS = 86_400_000;
const NO_POLLS = { refreshIntervalMs: 0 };

function spied<T extends { mockRestore(): void }>(spy: T): T {
  onTestFinished(() => spy.mockRestore());
  return spy;
}

/** A logger that writes down the level of each line. */
function recorder() {
  const levels: string[] = [];
  const log = (level: string) => () => void levels.push(level);
  const logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
  return { levels, logger };
}

/** Lets a client with these options warn and fail in a listener, which is an error. */
async function complain(config: Parameters<typeof scene>[0]): Promise<void> {
  const { server, client } = await scene({ logLevel: undefined as never, ...config });
  server.answer("flags", { status: 404 });
  client.on("error", () => {
    throw new Error("A listener that throws.");
  });
  await rejection(client.init());
}

export const SURROUNDINGS: readonly OptionCase[] = [
  {
    option: "apiKey",
    byDefault: [
      "is missing: a ConfigurationError",
      async () => {
        expect(() => new RollgateClient({} as never)).toThrow(ConfigurationError);
      },
    ],
    given: [
      "is sent with every request",
      async () => {
        const { server, client } = await ready({ enableStreaming: true });
        client.isEnabled("beta");
        client.track({ flagKey: "beta", eventName: "seen", userId: "ann" });
        await Promise.all([client.flushEvents(), client.flushTelemetry(), server.stream(1)]);
        await client.identify({ id: "ann" });
        expect(new Set(server.requests().map(({ headers }) => headers["authorization"]))).toEqual(
          new Set([`Bearer ${API_KEY}`]),
        );
        expect(new Set(server.requests().map(({ route }) => route))).toEqual(
          new Set(["flags", "stream", "events", "telemetry", "identify"]),
        );
      },
    ],
  },

  {
    option: "baseUrl",
    byDefault: [
      "is https://api.rollgate.io",
      async () => {
        const server = await startRollgateServer({ beta: true });
        const asked: string[] = [];
        const client = createPlainClient(server, {
          baseUrl: undefined as never,
          // What would leave this machine goes to the test's own server.
          fetch: (input, init) => {
            const { pathname, search } = new URL(input instanceof Request ? input.url : input);
            asked.push(String(input));
            return fetch(server.url + pathname + search, init);
          },
        });
        await client.init();
        expect(asked).toEqual(["https://api.rollgate.io/api/v1/sdk/flags?withReasons=true"]);
        expect(client.isEnabled("beta")).toBe(true);
      },
    ],
    given: [
      "is where requests go, whatever path it has",
      async () => {
        const server = await startRollgateServer();
        server.answer("other", { body: { flags: { beta: true } } });
        const client = createPlainClient(server, { baseUrl: `${server.url}/base/` });
        await client.init();
        expect(server.requests().map(({ url }) => url)).toEqual([
          "/base/api/v1/sdk/flags?withReasons=true",
        ]);
      },
    ],
  },

  {
    option: "streamUrl",
    byDefault: [
      "is baseUrl",
      async () => {
        const { server } = await ready({ enableStreaming: true });
        await server.stream(1);
      },
    ],
    given: [
      "is where the stream comes from",
      async () => {
        const streams = await startRollgateServer();
        const { server } = await ready({ enableStreaming: true, streamUrl: streams.url });
        await streams.stream(1);
        expect([server.count("stream"), streams.count("flags")]).toEqual([0, 0]);
      },
    ],
  },

  {
    option: "maxStalenessMs",
    byDefault: [
      "is none: the last known flags serve for ever",
      async () => {
        const { clock, client } = await ready({ ...NO_POLLS, telemetry: { enabled: false } });
        clock.advance(365 * DAY_MS);
        expect(client.isEnabledDetail("beta")).toMatchObject({ value: true, stale: true });
      },
    ],
    given: [
      "withholds flags from that age on",
      async () => {
        const { clock, client } = await ready({ ...NO_POLLS, maxStalenessMs: 1_000 });
        comesAfter(clock, 1_000, () => !client.isEnabled("beta"));
        expect(client.isEnabledDetail("beta").reason.errorKind).toBe("STALE");
      },
    ],
  },

  {
    option: "bootstrap.flags",
    byDefault: [
      "are none: no flag is known before the first answer",
      async () => {
        const { client } = await scene();
        expect([client.isReady, client.isEnabledDetail("beta").reason.errorKind]).toEqual([
          false,
          "CLIENT_NOT_READY",
        ]);
      },
    ],
    given: [
      "are served before init, and by init without an answer",
      async () => {
        const { server, client } = await scene({ bootstrap: { flags: { alpha: true } } });
        server.answer("flags", { delivery: "reset" });
        expect([client.isReady, client.isEnabled("alpha")]).toEqual([true, true]);
        await client.init();
        expect(client.isEnabledDetail("alpha")).toMatchObject({ value: true, source: "bootstrap" });
      },
    ],
  },

  {
    option: "bootstrap.reasons",
    byDefault: [
      "are none: FALLTHROUGH",
      async () => {
        const { client } = await scene({ bootstrap: { flags: { alpha: true } } });
        expect(client.isEnabledDetail("alpha").reason).toEqual({
          kind: "FALLTHROUGH",
          inRollout: true,
        });
      },
    ],
    given: [
      "are told with the flags",
      async () => {
        const reasons = { alpha: { kind: "TARGET_MATCH" } } as const;
        const { client } = await scene({ bootstrap: { flags: { alpha: true }, reasons } });
        expect(client.isEnabledDetail("alpha").reason).toEqual({ kind: "TARGET_MATCH" });
      },
    ],
  },

  {
    option: "bootstrap.details",
    byDefault: [
      "are none: what is not false is on, of the value's own type",
      async () => {
        const { client } = await scene({ bootstrap: { flags: { alpha: "a" } } });
        expect(client.isEnabled("alpha")).toBe(true);
        expect(client.getString("alpha", "")).toBe("a");
        expect(client.getValueDetail("alpha", null).variationId).toBeUndefined();
      },
    ],
    given: [
      "say what a value alone does not",
      async () => {
        const details = { alpha: { on: false, type: "json", variationId: "v1" } } as const;
        const { client } = await scene({ bootstrap: { flags: { alpha: "a" }, details } });
        expect(client.isEnabled("alpha", true)).toBe(false);
        expect(client.getJsonDetail("alpha", null)).toMatchObject({
          value: "a",
          variationId: "v1",
        });
      },
    ],
  },

  {
    option: "bootstrap.rules",
    byDefault: [
      "are none: the server decides, and for the current user only",
      async () => {
        const { client } = await scene({ bootstrap: { flags: { alpha: true } } });
        expect([client.mode, client.rulesVersion]).toEqual(["remote", undefined]);
      },
    ],
    given: [
      "answer for any user before the server did",
      async () => {
        const rules = { version: "v1", flags: { alpha: { enabled: true, targetUsers: ["ann"] } } };
        const { server, client } = await scene({ bootstrap: { rules } });
        server.answer("flags", { delivery: "reset" });
        await client.init({ id: "bob" });
        expect([client.mode, client.rulesVersion]).toEqual(["local", "v1"]);
        expect([
          client.isEnabled("alpha"),
          client.isEnabled("alpha", false, { id: "ann" }),
        ]).toEqual([false, true]);
        expect(client.isEnabledDetail("alpha").source).toBe("bootstrap");
      },
    ],
  },

  {
    option: "fetch",
    byDefault: [
      "is the global one",
      async () => {
        const global = spied(vi.spyOn(globalThis, "fetch"));
        await ready();
        expect(global).toHaveBeenCalledOnce();
      },
    ],
    given: [
      "makes every request, the stream's too",
      async () => {
        const asked: string[] = [];
        const { server } = await ready({
          enableStreaming: true,
          fetch: (input, init) => {
            asked.push(new URL(input instanceof Request ? input.url : input).pathname);
            return fetch(input, init);
          },
        });
        await server.stream(1);
        expect(asked.sort()).toEqual(["/api/v1/sdk/flags", "/api/v1/sdk/stream"]);
      },
    ],
  },

  {
    option: "logger",
    byDefault: [
      "is the console",
      async () => {
        const warn = spied(vi.spyOn(console, "warn").mockImplementation(() => {}));
        const error = spied(vi.spyOn(console, "error").mockImplementation(() => {}));
        await complain({});
        expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^\[rollgate\] /));
        expect(error).toHaveBeenCalledWith(expect.stringMatching(/^\[rollgate\] /));
      },
    ],
    given: [
      "gets the lines instead of the console",
      async () => {
        const warn = spied(vi.spyOn(console, "warn").mockImplementation(() => {}));
        const { levels, logger } = recorder();
        await complain({ logger });
        expect(levels).toContain("warn");
        expect(warn).not.toHaveBeenCalled();
      },
    ],
  },

  {
    option: "logLevel",
    byDefault: [
      "is warn: warnings and errors",
      async () => {
        const { levels, logger } = recorder();
        await complain({ logger });
        expect(new Set(levels)).toEqual(new Set(["warn", "error"]));
      },
    ],
    given: [
      "of error leaves warnings out, of silent everything",
      async () => {
        const { levels, logger } = recorder();
        await complain({ logger, logLevel: "error" });
        expect(new Set(levels)).toEqual(new Set(["error"]));
        levels.length = 0;
        await complain({ logger, logLevel: "silent" });
        expect(levels).toEqual([]);
      },
    ],
  },

  {
    option: "inspect",
    byDefault: [
      "is none, and none is needed",
      async () => {
        const { client } = await ready({ inspect: undefined as never });
        expect(client.getTransitions().length).toBeGreaterThan(0);
      },
    ],
    given: [
      "sees what the machines do",
      async () => {
        const types = new Set<string>();
        await ready({ inspect: ({ type }) => void types.add(type) });
        expect(types).toContain("@xstate.microstep");
      },
    ],
  },

  {
    option: "clock",
    byDefault: [
      "is the system's",
      async () => {
        vi.useFakeTimers({ toFake: ["Date"], now: 12_345 });
        onTestFinished(() => void vi.useRealTimers());
        const { client } = await ready({ clock: undefined as never });
        expect(client.getTransitions()[0]?.at).toBe(12_345);
      },
    ],
    given: [
      "says what time it is",
      async () => {
        const { client } = await ready({ clock: createVirtualClock(54_321) });
        expect(client.getTransitions()[0]?.at).toBe(54_321);
      },
    ],
  },

  {
    option: "random",
    byDefault: [
      "is Math.random",
      async () => {
        spied(vi.spyOn(Math, "random").mockReturnValue(0));
        const { clock, client } = await ready({ random: undefined as never });
        expect((client.getState().nextPollAt ?? 0) - clock.now()).toBe(27_000);
      },
    ],
    given: [
      "is the chance that is used",
      async () => {
        const { clock, client } = await ready({ random: () => 0.999_999 });
        expect((client.getState().nextPollAt ?? 0) - clock.now()).toBe(33_000);
      },
    ],
  },
];
