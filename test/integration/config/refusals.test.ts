import { expect, it } from "vitest";
import { ConfigurationError, RollgateClient, type RollgateConfig } from "../../../src";
import { API_KEY } from "../../support/client";
import { NONSENSE } from "./options/nonsense";

/** A configuration that is right but for one option. */
function configWith(path: string, value: unknown): RollgateConfig {
  const [outer = "", inner] = path.split(".");
  const bootstrap = outer === "bootstrap" && inner !== undefined ? { flags: {} } : {};
  return {
    apiKey: API_KEY,
    [outer]: inner === undefined ? value : { ...bootstrap, [inner]: value },
  } as never;
}
function refusal(config: unknown): ConfigurationError {
  try {
    new RollgateClient(config as RollgateConfig);
  } catch (error) {
    return error as ConfigurationError;
  }
  throw new Error(`accepted ${JSON.stringify(config)}`);
}

it.each([...new Set(NONSENSE.map(([path]) => path))])(
  "refuses nonsense for %s by a ConfigurationError that names the path",
  (path) => {
    for (const [one, value] of NONSENSE) {
      if (one !== path) continue;
      const error = refusal(configWith(path, value));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.path).toBe(path);
      expect(error.message).toContain(path);
    }
  },
);

it("refuses unknown keys by their path, and says what may have been meant", () => {
  for (const path of [
    "refreshInterval",
    "retry.retries",
    "circuitBreaker.threshold",
    "cache.ttl",
  ]) {
    expect(refusal(configWith(path, 1)).path).toBe(path);
  }
  expect(refusal(configWith("refreshIntervalMS", 1)).message).toContain("refreshIntervalMs");
  for (const config of [undefined, null, "key", 7, []]) {
    expect(refusal(config)).toBeInstanceOf(ConfigurationError);
  }
});

it("never repeats the key that stands in the wrong place", () => {
  const error = refusal({ apiKey: API_KEY, baseUrl: API_KEY, logLevel: API_KEY });
  expect(error.message).not.toContain(API_KEY);
});
it("refuses tracking.persist without a place to keep events", () => {
  expect(refusal({ apiKey: API_KEY, tracking: { persist: true } }).path).toBe("tracking.persist");
});
