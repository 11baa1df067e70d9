import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { formatRequest, formatTime, printable } from "../../../src/dev-server/format-request";
import { errorBody } from "../../../src/dev-server/http/error-body";
import { MAX_RECORDED, Records } from "../../../src/dev-server/records";
import { isTimestamp } from "../../../src/dev-server/timestamp";
import { readUserContextHeader } from "../../../src/dev-server/user-context";

describe("isTimestamp", () => {
  it.each([
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.1Z",
    "2026-01-31T12:00:00.123456789+05:30",
    "2024-02-29T23:59:59-11:00",
    "0001-01-01T00:00:00Z",
  ])("takes %s", (text) => expect(isTimestamp(text)).toBe(true));

  it.each([
    "2026-01-31",
    "2026-01-31 12:00:00Z",
    "2026-01-31T12:00:00",
    "2026-01-31T12:00Z",
    "2026-01-31t12:00:00z",
    "2026-13-01T12:00:00Z",
    "2026-02-29T12:00:00Z",
    "2026-01-00T12:00:00Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T12:00:60Z",
    "2026-01-31T12:00:00+0100",
    "2026-01-31T12:00:00.Z",
    "+2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00Z\n",
    "",
    0,
    null,
    undefined,
  ])("refuses %j", (value) => expect(isTimestamp(value)).toBe(false));
});

describe("readUserContextHeader", () => {
  const user = { id: "ü~?>", email: "a@b.c", attributes: { plan: "pro", n: 1, on: true } };
  const bytes = Buffer.from(JSON.stringify(user));

  it("reads both alphabets", () => {
    const standard = bytes.toString("base64");
    expect(readUserContextHeader(standard)).toEqual(user);
    const forUrls = standard.replaceAll("+", "-").replaceAll("/", "_");
    expect(forUrls).not.toBe(standard);
    expect(readUserContextHeader(forUrls)).toEqual(user);
  });

  it("insists on padding", () => {
    const padded = Buffer.from('{"id":"u"} ').toString("base64");
    expect(padded).toMatch(/[^=]=$/);
    expect(readUserContextHeader(padded)).toEqual({ id: "u" });
    expect(() => readUserContextHeader(padded.slice(0, -1))).toThrow("must be padded base64");
  });
});

describe("errorBody", () => {
  it.each([
    [400, "VALIDATION", false],
    [401, "AUTH", false],
    [403, "AUTH", false],
    [404, "NOT_FOUND", false],
    [408, "TIMEOUT", true],
    [413, "VALIDATION", false],
    [418, "REQUEST", false],
    [429, "RATE_LIMIT", true],
    [500, "INTERNAL", true],
    [503, "INTERNAL", true],
  ])("of %i is of the category %s", (status, category, retryable) => {
    const { error } = errorBody(status);
    expect([error.category, error.retryable]).toEqual([category, retryable]);
  });
});

describe("Records", () => {
  it("forget the oldest beyond their limit, and go on counting", () => {
    const records = new Records<{ id: number }>();
    const many = Array.from({ length: MAX_RECORDED + 1 }, (_, index) => ({ id: index }));
    records.add(...many);
    const { latest, count } = records;
    expect([latest.length, latest[0], count]).toEqual([MAX_RECORDED, { id: 1 }, MAX_RECORDED + 1]);
    expect(records.numbered(2)).toEqual([
      { id: MAX_RECORDED - 1, seq: MAX_RECORDED },
      { id: MAX_RECORDED, seq: MAX_RECORDED + 1 },
    ]);
  });
});

describe("formatRequest", () => {
  const entry = {
    method: "GET",
    path: "/api/v1/sdk/flags",
    query: {},
    status: 200,
    at: 0,
    durationMs: 1.25,
    headers: {},
  };
  const plain = pc.createColors(false);

  it("is one line with fixed columns", () => {
    expect(formatRequest({ ...entry, userId: "ann", note: "3 events" }, plain)).toBe(
      `${formatTime(0)}  GET      /api/v1/sdk/flags         ann             200     1.3 ms  3 events`,
    );
    expect(formatRequest({ ...entry, status: 0 }, plain)).toContain("  -               ---  ");
  });

  it("colours the status when it may", () => {
    const colors = pc.createColors(true);
    const paint = (status: number) => formatRequest({ ...entry, status }, colors);
    expect(paint(200)).toContain(colors.green("200"));
    expect(paint(304)).toContain(colors.yellow("304"));
    expect(paint(404)).toContain(colors.red("404"));
  });

  it("lets nobody write to the terminal through a user id", () => {
    const line = formatRequest({ ...entry, userId: "a\u001b[2J\nb\u202e" }, plain);
    expect(line).toContain("a\uFFFD[2J\uFFFDb\uFFFD");
    expect(printable("x".repeat(1000)).length).toBe(120);
  });
});
