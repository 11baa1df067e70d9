import { describe, expect, it } from "vitest";
import { createRedactor, NetworkError, networkErrorFrom } from "../../../src/errors";

function coded(code: unknown, cause?: unknown): Error {
  return Object.assign(new Error("told too much", { cause }), { code });
}

describe("networkErrorFrom", () => {
  it.each([
    ["the error's own code", coded("ECONNREFUSED"), "It failed (ECONNREFUSED)."],
    [
      "a cause's code",
      new TypeError("fetch failed", { cause: coded("ENOTFOUND") }),
      "It failed (ENOTFOUND).",
    ],
    ["a plain object's code", { code: "ECONNRESET" }, "It failed (ECONNRESET)."],
    ["a code of another kind", coded(20), "It failed."],
    ["a code that is no code", coded("secret text"), "It failed."],
    ["no error", "a string", "It failed."],
    ["nothing", undefined, "It failed."],
    ["null", null, "It failed."],
  ])("%s", (_, thrown, message) => {
    const error = networkErrorFrom(thrown, "It failed");

    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ message, code: "NETWORK_ERROR", retryable: true });
    expect(error).not.toHaveProperty("cause");
  });

  it("stands errors that are hostile or circular", () => {
    const circular = new Error("x") as Error & { cause: unknown };
    circular.cause = circular;
    const hostile = {
      get code(): string {
        throw new Error("no");
      },
    };

    expect(networkErrorFrom(circular, "It failed").message).toBe("It failed.");
    expect(networkErrorFrom(hostile, "It failed").message).toBe("It failed.");
  });

  it("redacts", () => {
    const redact = createRedactor(["KEY_IN_CODE"]);

    expect(networkErrorFrom(coded("KEY_IN_CODE"), "It failed", redact).message).toBe(
      "It failed ([redacted]).",
    );
  });
});
