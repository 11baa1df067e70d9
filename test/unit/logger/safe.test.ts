import { afterEach, describe, expect, it, vi } from "vitest";
import { createSafeLogger, LOG_LEVELS, type Logger, type LogLevel } from "../../../src/logger";

const redact = (text: string) => text.replaceAll("sb_key", "[redacted]");

function recorder() {
  const lines: unknown[][] = [];
  const logger: Logger = {
    debug: (...line) => lines.push(["debug", ...line]),
    info: (...line) => lines.push(["info", ...line]),
    warn: (...line) => lines.push(["warn", ...line]),
    error: (...line) => lines.push(["error", ...line]),
  };
  return { lines, logger };
}

function logAll(logger: Logger): void {
  for (const level of ["debug", "info", "warn", "error"] as const) logger[level](`a ${level}`, 1);
}

afterEach(() => vi.restoreAllMocks());

describe("levels", () => {
  it.each<[LogLevel, string[]]>([
    ["debug", ["debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
    ["silent", []],
  ])("%s lets through %s", (level, expected) => {
    const { lines, logger } = recorder();
    logAll(createSafeLogger({ logger, level, redact }));

    expect(lines).toEqual(expected.map((name) => [name, `a ${name}`, 1]));
  });

  it("are listed from the most talkative", () => {
    expect(LOG_LEVELS).toEqual(["debug", "info", "warn", "error", "silent"]);
  });
});

describe("redaction", () => {
  function detailOf(detail: unknown): unknown {
    const { lines, logger } = recorder();
    createSafeLogger({ logger, level: "warn", redact }).warn("m", detail);
    return lines[0]?.[2];
  }

  it("covers the message and texts among the details", () => {
    const { lines, logger } = recorder();
    createSafeLogger({ logger, level: "warn", redact }).error("with sb_key", "sb_key!", "plain");

    expect(lines).toEqual([["error", "with [redacted]", "[redacted]!", "plain"]]);
  });

  it("reduces errors to their message", () => {
    const error = new TypeError("bad sb_key", { cause: new Error("sb_key") });

    expect(detailOf(error)).toBe("TypeError: bad [redacted]");
  });

  it("reduces other objects to their JSON", () => {
    expect(detailOf({ sb_key: 1, deep: ["sb_key"] })).toBe(
      '{"[redacted]":1,"deep":["[redacted]"]}',
    );
    expect(detailOf({ toJSON: () => undefined })).toBe("undefined");
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(detailOf(circle)).toBe("[object that JSON cannot carry]");
  });

  it("finds a secret that JSON would write differently", () => {
    const { lines, logger } = recorder();
    const quoted = (text: string) => text.replaceAll('sb"key', "[redacted]");
    createSafeLogger({ logger, level: "warn", redact: quoted }).warn("m", { a: 'sb"key' });

    expect(lines[0]?.[2]).toBe('{"a":"[redacted]"}');
  });

  it("leaves other values as they are", () => {
    expect([1, true, null, undefined, 1n].map(detailOf)).toEqual([1, true, null, undefined, 1n]);
  });
});

describe("a logger that fails", () => {
  const failing = (fail: () => never): Logger => ({
    debug: fail,
    info: fail,
    warn: fail,
    error: fail,
  });

  it("never propagates what it throws, nor what a redactor or a detail throws", () => {
    const broken = failing(() => {
      throw new Error("logger");
    });
    const throwingRedact = () => {
      throw new Error("redact");
    };
    const detail = Object.defineProperty(new Error("m"), "message", {
      get() {
        throw new Error("getter");
      },
    });

    expect(() =>
      logAll(createSafeLogger({ logger: broken, level: "debug", redact })),
    ).not.toThrow();
    const safe = createSafeLogger({ logger: recorder().logger, level: "debug", redact });
    expect(() => safe.warn("m", detail)).not.toThrow();
    const unredacted = recorder();
    const unsafe = { logger: unredacted.logger, level: "debug", redact: throwingRedact } as const;
    expect(() => logAll(createSafeLogger(unsafe))).not.toThrow();
    expect(unredacted.lines).toEqual([]);
  });

  it("causes no unhandled rejection when it is asynchronous", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const rejecting = failing((() => Promise.reject(new Error("async"))) as () => never);
    createSafeLogger({ logger: rejecting, level: "debug", redact }).warn("m");
    // Node reports unhandled rejections before it runs immediates.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);

    expect(unhandled).not.toHaveBeenCalled();
  });

  it("is called as a method, as loggers that are classes need it", () => {
    class Counting {
      count = 0;
      debug() {}
      info() {}
      error() {}
      warn() {
        this.count++;
      }
    }
    const logger = new Counting();
    createSafeLogger({ logger, level: "warn", redact }).warn("m");

    expect(logger.count).toBe(1);
  });
});

describe("without a logger", () => {
  it("lines go to the console, marked", () => {
    const methods = ["debug", "info", "warn", "error"] as const;
    const spies = methods.map((method) => vi.spyOn(console, method).mockReturnValue());
    logAll(createSafeLogger({ level: "debug", redact }));

    expect(spies.map((spy) => spy.mock.calls)).toEqual(
      methods.map((method) => [[`[rollgate] a ${method}`, 1]]),
    );
  });
});
