import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/errors";
import { buildUrl } from "../../../src/http/url";
import { anyText } from "../../support/any-text";

const KEY = "sb_server_~?>/+d! 9ß";

describe("createRedactor", () => {
  it("hides a secret wherever it stands, however often", () => {
    const redact = createRedactor(["s3cret", "other.one"]);

    expect(redact("a s3cret, s3crets and other.one")).toBe(
      "a [redacted], [redacted]s and [redacted]",
    );
    expect(redact("s3cret")).toBe("[redacted]");
  });

  it("takes secrets literally and tells upper from lower case", () => {
    const redact = createRedactor(["a.b*(c"]);

    expect(redact("a.b*(c axbb(c A.B*(C")).toBe("[redacted] axbb(c A.B*(C");
  });

  it.each([
    ["percent-encoded", encodeURIComponent(KEY)],
    [
      "percent-encoded in lower case",
      encodeURIComponent(KEY).replace(/%../g, (c) => c.toLowerCase()),
    ],
    ["form-encoded", new URLSearchParams({ k: KEY }).toString().slice(2)],
    ["query", new URL(buildUrl("http://x", "/", { k: KEY })).search.slice(3)],
    ["base64", Buffer.from(KEY).toString("base64")],
    ["base64url", Buffer.from(KEY).toString("base64url")],
  ])("hides the %s form", (_, form) => {
    expect(createRedactor([KEY])(`x=${form}&y`)).toBe("x=[redacted]&y");
  });

  it.each(["", "u", "us", "usr", "user:"])("hides base64 of the secret behind %j", (before) => {
    const whole = Buffer.from(`${before}sb_server_0123456789abcdef:tail`).toString("base64");

    const shown = createRedactor(["sb_server_0123456789abcdef"])(`Basic ${whole}`);

    expect(shown).toContain("[redacted]");
    expect(shown.length).toBeLessThan("Basic [redacted]".length + before.length * 2 + 14);
  });

  it("prefers the longest secret when one begins with another", () => {
    expect(createRedactor(["key", "key-long"])("key-long key")).toBe("[redacted] [redacted]");
  });

  it("changes nothing without secrets", () => {
    expect(createRedactor([])("text")).toBe("text");
    expect(createRedactor([""])("text")).toBe("text");
    expect(createRedactor(["", "x1"])("text x1")).toBe("text [redacted]");
  });

  it("never leaves a secret in the text, whatever both are", () => {
    fc.assert(
      fc.property(anyText({ minLength: 12 }), anyText(), anyText(), (secret, before, after) => {
        const shown = createRedactor([secret])(`${before}${secret}${after}`);

        expect(shown).toContain("[redacted]");
        expect(shown).not.toContain(secret);
      }),
    );
  });
});
