import { describe, expect, it } from "vitest";
import {
  AuthenticationError,
  CircuitOpenError,
  createRedactor,
  errorFromResponse,
  InvalidResponseError,
  isOutage,
  NetworkError,
  NotFoundError,
  RateLimitError,
  RollgateError,
  retryAfterMsOf,
  ServerError,
  TimeoutError,
  ValidationError,
} from "../../../src/errors";

const KEY = "sb_server_0123456789";
const redact = createRedactor([KEY]);

function made(status: number, body: unknown = undefined, retryAfterMs?: number): RollgateError {
  return errorFromResponse({ status, body, retryAfterMs }, redact);
}

describe("errorFromResponse classifies by status", () => {
  it.each([
    [400, ValidationError, "VALIDATION_FAILED", "validation", false, false],
    [401, AuthenticationError, "AUTHENTICATION_FAILED", "auth", false, false],
    [403, AuthenticationError, "AUTHENTICATION_FAILED", "auth", false, false],
    [404, NotFoundError, "NOT_FOUND", "not_found", false, false],
    [405, ServerError, "UNEXPECTED_STATUS", "server", false, false],
    [408, ServerError, "SERVER_ERROR", "server", true, true],
    [413, ServerError, "PAYLOAD_TOO_LARGE", "server", false, false],
    [418, ServerError, "UNEXPECTED_STATUS", "server", false, false],
    [429, RateLimitError, "RATE_LIMITED", "rate_limit", true, true],
    [500, ServerError, "SERVER_ERROR", "server", true, true],
    [502, ServerError, "SERVER_ERROR", "server", true, true],
    [503, ServerError, "SERVER_ERROR", "server", true, true],
    [599, ServerError, "SERVER_ERROR", "server", true, true],
    [0, ServerError, "UNEXPECTED_STATUS", "server", false, true],
  ] as const)("%i", (status, Class, code, category, retryable, outage) => {
    const error = made(status);

    expect(error).toBeInstanceOf(Class);
    expect({ ...error, message: error.message }).toEqual({
      name: Class.name,
      code,
      category,
      retryable,
      statusCode: status,
      message: expect.stringContaining(`(status ${status})`),
    });
    expect(isOutage(error)).toBe(outage);
  });

  it.each([
    [{ error: { retryable: true } }, 400, true],
    [{ error: { retryable: false } }, 500, false],
    [{ error: { retryable: false } }, 429, false],
    [{ error: { retryable: true } }, 413, true],
    [{ error: "AuthenticationError", retryable: true }, 401, true],
    [{ error: { retryable: "yes" } }, 400, false],
  ])("%j overrides whether %i is retryable: %s", (body, status, retryable) => {
    expect(made(status, body).retryable).toBe(retryable);
  });

  it("counts an outage by status, whatever the body says about retrying", () => {
    expect(isOutage(made(500, { error: { retryable: false } }))).toBe(true);
    expect(isOutage(made(404, { error: { retryable: true } }))).toBe(false);
  });
});

describe("errorFromResponse reads the body", () => {
  it.each([
    [
      "the nested shape",
      { error: { code: "AUTH_004", message: "Key revoked" } },
      "AUTH_004",
      "Key revoked",
    ],
    [
      "the flat shape",
      { error: "AuthenticationError", message: "Bad key" },
      "AuthenticationError",
      "Bad key",
    ],
    [
      "a flat error without message",
      { error: "no such key" },
      "AUTHENTICATION_FAILED",
      "no such key",
    ],
    ["a message alone", { message: "Bad key" }, "AUTHENTICATION_FAILED", "Bad key"],
    ["plain text", "go away\n", "AUTHENTICATION_FAILED", "go away"],
    ["text of several lines", "a\r\n\u001b[31m b\tc", "AUTHENTICATION_FAILED", "a [31m b c"],
  ])("%s", (_, body, code, message) => {
    expect(made(401, body)).toMatchObject({ code, message });
  });

  it.each([
    ["HTML", "<html><body>Bad gateway</body></html>"],
    ["HTML behind a blank and a doctype", "\n <!DOCTYPE html><p>Bad gateway"],
    ["HTML in the middle", "error: <HTML lang=en>Bad gateway"],
    ["HTML inside JSON", { error: { message: "<h1>Bad gateway</h1>" } }],
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["an array", ["Bad gateway"]],
    ["blank text", "  \n"],
    ["wrong types", { error: { code: 4, message: ["Bad gateway"] } }],
  ])("%s is not quoted", (_, body) => {
    expect(made(502, body)).toMatchObject({
      code: "SERVER_ERROR",
      message: "The server failed (status 502).",
    });
  });

  it("redacts an echoed key everywhere, also where cutting would have hidden it from the redactor", () => {
    expect(made(401, { error: { code: KEY, message: `unknown key ${KEY}` } })).toMatchObject({
      code: "AUTHENTICATION_FAILED",
      message: "unknown key [redacted]",
    });
    const { message } = made(401, `${"x".repeat(185)} ${KEY}`);
    expect(message).not.toContain("sb_server");
  });

  it("shortens long text to 200 characters", () => {
    const { message } = made(500, "x".repeat(5_000));

    expect(message).toBe(`${"x".repeat(199)}…`);
    expect(made(500, "x".repeat(200)).message).toBe("x".repeat(200));
  });

  it("takes a code only when it looks like one", () => {
    for (const code of ["has blanks", "", "x".repeat(65), "1X"]) {
      expect(made(500, { error: { code } }).code).toBe("SERVER_ERROR");
    }
  });
});

describe("Retry-After", () => {
  it("is carried by 429 and 503, in seconds", () => {
    expect(made(429, undefined, 2_500)).toMatchObject({ retryAfter: 2.5 });
    expect(made(503, undefined, 30_000)).toMatchObject({ name: "ServerError", retryAfter: 30 });
    expect(made(500, undefined, 30_000)).not.toHaveProperty("retryAfter");
    expect(made(429)).not.toHaveProperty("retryAfter");
    expect(made(503)).not.toHaveProperty("retryAfter");
  });

  it("comes back as milliseconds", () => {
    expect(retryAfterMsOf(made(429, undefined, 1_234))).toBe(1_234);
    expect(retryAfterMsOf(made(503, undefined, 30_000))).toBe(30_000);
    expect(retryAfterMsOf(made(503))).toBeUndefined();
    expect(retryAfterMsOf(new CircuitOpenError(5))).toBeUndefined();
    expect(retryAfterMsOf({ retryAfter: 3 })).toBeUndefined();
    expect(retryAfterMsOf(undefined)).toBeUndefined();
  });
});

describe("isOutage", () => {
  it.each([
    [new NetworkError("x"), true],
    [new TimeoutError("x"), true],
    [new InvalidResponseError("x"), true],
    [new InvalidResponseError("x", { code: "REDIRECTED", statusCode: 302 }), true],
    [new InvalidResponseError("x", { statusCode: 200 }), true],
    [new RateLimitError("held by us, nothing was sent"), false],
    [new CircuitOpenError(1), false],
    [new RollgateError("x"), false],
    [new DOMException("x", "AbortError"), false],
    [new TypeError("x"), false],
    ["text", false],
    [undefined, false],
  ])("%o: %s", (error, outage) => {
    expect(isOutage(error)).toBe(outage);
  });
});
