import { describe, expect, it } from "vitest";
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from "../../../src/time/retry-after";

const NOW = Date.UTC(2024, 0, 1, 12, 0, 0);

describe("parseRetryAfter", () => {
  it.each([
    ["seconds", "120", 120_000],
    ["seconds with blanks", " 7 ", 7_000],
    ["an hour, the most", "3600", MAX_RETRY_AFTER_MS],
    ["an HTTP date", "Mon, 01 Jan 2024 12:00:30 GMT", 30_000],
    ["the older date form", "Monday, 01-Jan-24 12:01:00 GMT", 60_000],
    ["a date one hour ahead", "Mon, 01 Jan 2024 13:00:00 GMT", MAX_RETRY_AFTER_MS],
  ])("reads %s", (_, header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms);
  });

  it.each([
    ["absent", null],
    ["absent in another way", undefined],
    ["empty", ""],
    ["blank", "  "],
    ["zero", "0"],
    ["negative", "-5"],
    ["a fraction", "1.5"],
    ["signed", "+5"],
    ["in exponent form", "1e3"],
    ["hexadecimal", "0x10"],
    ["with a unit", "5s"],
    ["a list", "5, 10"],
    ["words", "soon"],
    ["more than an hour", "3601"],
    ["more than a number holds", "9".repeat(400)],
    ["a date that has passed", "Mon, 01 Jan 2024 11:59:59 GMT"],
    ["this very moment", "Mon, 01 Jan 2024 12:00:00 GMT"],
    ["a date beyond an hour", "Mon, 01 Jan 2024 13:00:01 GMT"],
    ["a date that is none", "Mon, 99 Foo 2024 12:00:30 GMT"],
    ["an ISO date", "2024-01-01T12:00:30Z"],
    ["a date in another zone", "Mon, 01 Jan 2024 12:00:30 EST"],
  ])("falls back to the caller's own backoff when it is %s", (_, header) => {
    expect(parseRetryAfter(header, NOW)).toBeUndefined();
  });
});
