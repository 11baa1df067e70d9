import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../../src/config";
import { ConfigurationError } from "../../../src/errors/configuration-error";

const apiKey = "sb_server_1";

function refusal(options: unknown, browser = false): { path: string; message: string } {
  try {
    resolveConfig(options, { browser });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    const { path, message } = error as ConfigurationError;
    return { path, message };
  }
  return { path: "", message: "accepted" };
}

/** Options with `value` at a dotted path. */
function at(path: string, value: unknown): object {
  const [section, name] = path.split(".") as [string, string?];
  return { apiKey, [section]: name === undefined ? value : { [name]: value } };
}

const COUNTS = [
  "maxResponseBytes",
  "circuitBreaker.failureThreshold",
  "circuitBreaker.successThreshold",
  "tracking.maxBufferSize",
  "tracking.maxQueueSize",
];
const TIMEOUTS = [
  "timeoutMs",
  "initTimeoutMs",
  "closeTimeoutMs",
  "retry.baseDelayMs",
  "retry.maxDelayMs",
  "circuitBreaker.recoveryTimeoutMs",
  "circuitBreaker.monitoringWindowMs",
  "stream.reconnectBaseDelayMs",
  "stream.reconnectMaxDelayMs",
  "stream.idleTimeoutMs",
  "maxStalenessMs",
];
const FROM_ZERO = [
  "refreshIntervalMs",
  "cache.ttlMs",
  "cache.staleTtlMs",
  "stream.changeJitterMs",
  "tracking.flushIntervalMs",
  "telemetry.flushIntervalMs",
];
const SWITCHES = [
  "enableStreaming",
  "typedFlags",
  "userContextHeader",
  "cache.revalidateFresh",
  "tracking.persist",
  "tracking.enabled",
  "telemetry.enabled",
];

describe("numbers", () => {
  const numbers = [...COUNTS, ...TIMEOUTS, ...FROM_ZERO, "retry.maxRetries", "retry.jitterFactor"];

  it.each(numbers)("%s is finite, not negative and a number", (path) => {
    const wrong = [-1, Number.NaN, Number.POSITIVE_INFINITY, "5", null, true, 5n, {}, []];

    expect(wrong.map((value) => refusal(at(path, value)).path)).toEqual(wrong.map(() => path));
  });

  it.each([...COUNTS, "retry.maxRetries"])("%s is whole", (path) => {
    expect(refusal(at(path, 1.5)).path).toBe(path);
    expect(refusal(at(path, 2)).message).toBe("accepted");
  });

  it.each([...COUNTS, ...TIMEOUTS])("%s is not 0", (path) => {
    expect(refusal(at(path, 0)).path).toBe(path);
    expect(refusal(at(path, 1)).message).toBe("accepted");
  });

  it.each([...FROM_ZERO, "retry.maxRetries", "retry.jitterFactor"])("%s may be 0", (path) => {
    expect(refusal(at(path, 0)).message).toBe("accepted");
  });

  it("the jitter factor is at most 1", () => {
    expect(refusal(at("retry.jitterFactor", 1)).message).toBe("accepted");
    expect(refusal(at("retry.jitterFactor", 1.01)).path).toBe("retry.jitterFactor");
  });
});

describe("other options", () => {
  it.each(SWITCHES)("%s is true or false", (path) => {
    expect([0, "true", null, {}].map((value) => refusal(at(path, value)).path)).toEqual(
      Array(4).fill(path),
    );
  });

  it.each([undefined, null, "", " ", "a b", "a\nb", "a\u0000", "é", 1, {}, ["k"]])(
    "the key is not %j",
    (key) => {
      expect(refusal({ apiKey: key }).path).toBe("apiKey");
    },
  );

  it("URLs are http(s) without credentials, query or hash", () => {
    const wrong = [
      "",
      "api.rollgate.io",
      "/api",
      "ftp://x",
      "file:///x",
      "https://",
      "https://user@x",
      "https://:pw@x",
      "https://x?a=1",
      "https://x/?",
      "https://x#a",
      1,
      new URL("https://x"),
    ];

    expect(wrong.map((url) => refusal(at("baseUrl", url)).path)).toEqual(
      wrong.map(() => "baseUrl"),
    );
    expect(wrong.map((url) => refusal(at("streamUrl", url)).path)).toEqual(
      wrong.map(() => "streamUrl"),
    );
  });

  it("what has methods has all of them", () => {
    const get = () => {};
    const wrong: [string, unknown][] = [
      ["cache.storage", true],
      ["cache.storage", { get, set: get }],
      ["cache.storage", { get, set: get, delete: 1 }],
      ["cache.storage", { get, set: get, delete: get, shared: "yes" }],
      ["cache.storage", { get, set: get, delete: get, timeoutMs: 0 }],
      ["cache.storage", { get, set: get, delete: get, timeoutMs: "1" }],
      ["logger", { debug: get, info: get, warn: get }],
      ["clock", { now: get, setTimeout: get, clearTimeout: get }],
      ["clock", Date],
      ["fetch", {}],
      ["random", 0.5],
      ["inspect", "yes"],
    ];

    expect(wrong.map(([path, value]) => refusal(at(path, value)).path)).toEqual(
      wrong.map(([path]) => path),
    );
  });

  it("methods may be inherited", () => {
    class Storage {
      get() {}
      set() {}
      delete() {}
    }

    expect(refusal(at("cache.storage", new Storage())).message).toBe("accepted");
  });

  it("sections, levels, paths and bootstrapped flags are what they should be", () => {
    const wrong: [string, unknown, string?][] = [
      ["retry", 5],
      ["retry", null],
      ["cache", "memory"],
      ["logLevel", "verbose"],
      ["cache.persistPath", ""],
      ["bootstrap", {}, "bootstrap.flags"],
      ["bootstrap.flags", ["a"]],
      ["bootstrap", { flags: {}, reasons: [] }, "bootstrap.reasons"],
      ["bootstrap", { flags: {}, details: [] }, "bootstrap.details"],
      ["bootstrap", { flags: null }, "bootstrap.flags"],
      ["bootstrap", { reasons: {} }, "bootstrap.flags"],
      ["bootstrap.rules", { version: "v1" }],
      ["bootstrap.rules", { version: 1, flags: {} }],
      ["bootstrap.rules", { version: "v1", flags: [] }],
    ];

    expect(wrong.map(([path, value]) => refusal(at(path, value)).path)).toEqual(
      wrong.map(([path, , expected = path]) => expected),
    );
  });

  it("events are persisted only where there is a place", () => {
    const tracking = { persist: true };
    const storage = { get() {}, set() {}, delete() {} };

    expect(refusal({ apiKey, tracking })).toEqual({
      path: "tracking.persist",
      message:
        "The configuration option tracking.persist must be false, as neither cache.persistPath nor a cache.storage that is not shared says where to keep events, but is true.",
    });
    expect(refusal({ apiKey, tracking, cache: { storage: false } }, true).path).toBe(
      "tracking.persist",
    );
    for (const browser of [true, false]) {
      const cache = { storage: { ...storage, shared: true } };
      expect(refusal({ apiKey, tracking, cache }, browser).path).toBe("tracking.persist");
      expect(refusal({ apiKey, cache }, browser).message).toBe("accepted");
    }
    const shared = { ...storage, shared: true };
    const fine = [
      refusal({ apiKey, tracking }, true),
      refusal({ apiKey, tracking, cache: { persistPath: "f", storage: shared } }),
      refusal({ apiKey, tracking, cache: { storage: { ...storage, shared: false } } }),
      refusal({ apiKey, tracking, cache: { persistPath: "f" } }),
      refusal({ apiKey, tracking, cache: { persistPath: "f", storage: false } }),
      refusal({ apiKey, tracking, cache: { storage } }),
    ];
    expect(fine.map(({ message }) => message)).toEqual(Array(6).fill("accepted"));
  });
});

describe("groups of options", () => {
  it.each(["retry", "circuitBreaker", "cache", "stream", "tracking", "telemetry", "bootstrap"])(
    "%s is an object, and a list is none",
    (path) => {
      const { path: named, message } = refusal(at(path, []));
      expect([named, message]).toEqual([
        path,
        `The configuration option ${path} must be an object, but is a list.`,
      ]);
      expect(refusal(at(path, 1)).path).toBe(path);
    },
  );
});

describe("messages", () => {
  const message = (options: unknown) => refusal(options).message;

  it("name the option, what it should be and what it is", () => {
    expect([
      message({}),
      message({ apiKey: undefined }),
      message({ apiKey: "" }),
      message({ apiKey: 5 }),
      message(at("circuitBreaker.failureThreshold", -1)),
      message(at("retry.jitterFactor", 2)),
      message(at("timeoutMs", "5s")),
      message(at("typedFlags", null)),
      message(at("logLevel", "verbose")),
      message(at("retry", 3)),
      message(at("cache.storage", () => {})),
      message(at("baseUrl", "x")),
    ]).toEqual([
      "The configuration option apiKey must be given, but is undefined.",
      "The configuration option apiKey must be a non-empty string of visible ASCII characters, but is undefined.",
      "The configuration option apiKey must be a non-empty string of visible ASCII characters, but is an empty string.",
      "The configuration option apiKey must be a non-empty string of visible ASCII characters, but is 5.",
      "The configuration option circuitBreaker.failureThreshold must be a whole number, at least 1, but is -1.",
      "The configuration option retry.jitterFactor must be a number up to 1, at least 0, but is 2.",
      "The configuration option timeoutMs must be a number of milliseconds, at least 1, but is a string.",
      "The configuration option typedFlags must be true or false, but is null.",
      "The configuration option logLevel must be debug, info, warn, error, silent, but is a string.",
      "The configuration option retry must be an object, but is 3.",
      "The configuration option cache.storage must be false or an object with methods get, set, delete, but is a function.",
      "The configuration option baseUrl must be an http(s) URL without credentials, query or hash, but is a string.",
    ]);
  });

  it("name the configuration when there is none", () => {
    expect([undefined, null, "sb_server_1", 5].map(message)).toEqual([
      "The configuration must be an object, but is undefined.",
      "The configuration must be an object, but is null.",
      "The configuration must be an object, but is a string.",
      "The configuration must be an object, but is 5.",
    ]);
    expect(refusal(undefined).path).toBe("");
  });

  it.each([
    ["apikey", "apiKey"],
    ["refreshInterval", "refreshIntervalMs"],
    ["timeout", "timeoutMs"],
    ["initTimeout", "initTimeoutMs"],
    ["baseURL", "baseUrl"],
    ["circuitBreaker.failureTreshold", "circuitBreaker.failureThreshold"],
    ["circutBreaker", "circuitBreaker"],
    ["cache.ttl", "cache.ttlMs"],
    ["retry.retries", "retry.maxRetries"],
    ["persistPath", "cache.persistPath"],
    ["streaming", "enableStreaming"],
    ["tracking.flushInterval", "tracking.flushIntervalMs"],
  ])("suggest for %s the nearest option there is", (path, meant) => {
    expect(refusal(at(path, 1))).toEqual({
      path,
      message: `The configuration option ${path} is unknown (did you mean ${meant}?).`,
    });
  });

  it("suggest nothing where nothing is near, and refuse names that objects inherit", () => {
    expect(message(at("zzz", 1))).toBe("The configuration option zzz is unknown.");
    expect(refusal(at("constructor", 1)).path).toBe("constructor");
    expect(refusal(JSON.parse('{"apiKey":"k","__proto__":{}}')).path).toBe("__proto__");
    expect(refusal(at("retry.toString", 1)).path).toBe("retry.toString");
  });

  it("explain a missing key by the misspelt name", () => {
    expect(message({ apikey: "k" })).toContain("did you mean apiKey?");
  });

  it("never repeat a text, in which the API key may stand", () => {
    const secret = "sb_server_secret key";
    const values = [...COUNTS, ...TIMEOUTS, ...SWITCHES, "apiKey", "baseUrl", "logLevel", "retry"];

    expect(values.map((path) => message(at(path, secret))).join()).not.toContain("secret");
    expect(message(secret)).not.toContain("secret");
  });
});

describe("anything at all", () => {
  it("is accepted or refused with a ConfigurationError", () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(refusal(anything).message).not.toBe("accepted");
        refusal({ apiKey, ...Object(anything) });
        refusal({ apiKey, retry: anything, bootstrap: anything, inspect: anything });
      }),
    );
  });

  it("may throw when it is read", () => {
    const options = {
      apiKey,
      get timeoutMs() {
        throw new Error("secret");
      },
    };

    expect(refusal(options)).toEqual({
      path: "",
      message: "The configuration could not be read: a getter threw.",
    });
  });
});
