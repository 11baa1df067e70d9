import { expect, it } from "vitest";
import * as rollgate from "../../../src";
import {
  CircuitOpenError,
  isAuthenticationError,
  isCircuitOpenError,
  isConfigurationError,
  isInvalidResponseError,
  isNetworkError,
  isNotFoundError,
  isRateLimitError,
  isRollgateError,
  isServerError,
  isTimeoutError,
  isValidationError,
  RollgateClient,
  type RollgateConfig,
  RollgateError,
} from "../../../src";
import { createClient } from "../../support/client";
import { type Answer, createGate, startRollgateServer } from "../../support/rollgate-server";
import { rejection } from "../http/support";

async function failWith(answer: Answer, config: Partial<RollgateConfig> = {}): Promise<Error> {
  const server = await startRollgateServer();
  server.answer("flags", answer);
  return rejection(createClient(server, config).init());
}

/** Each class: what triggers it, its fields, its guard. */
const CLASSES: readonly (readonly [
  string,
  () => Promise<Error>,
  object,
  (e: unknown) => boolean,
])[] = [
  [
    "AuthenticationError",
    () => failWith({ status: 401 }),
    { code: "AUTHENTICATION_FAILED", category: "auth", statusCode: 401, retryable: false },
    isAuthenticationError,
  ],
  [
    "ValidationError",
    () => failWith({ status: 400 }),
    { code: "VALIDATION_FAILED", category: "validation", statusCode: 400, retryable: false },
    isValidationError,
  ],
  [
    "NotFoundError",
    () => failWith({ status: 404 }),
    { code: "NOT_FOUND", category: "not_found", statusCode: 404, retryable: false },
    isNotFoundError,
  ],
  [
    "RateLimitError",
    () => failWith({ status: 429, headers: { "Retry-After": "7" } }),
    {
      code: "RATE_LIMITED",
      category: "rate_limit",
      statusCode: 429,
      retryable: true,
      retryAfter: 7,
    },
    isRateLimitError,
  ],
  [
    "ServerError",
    () => failWith({ status: 502 }),
    { code: "SERVER_ERROR", category: "server", statusCode: 502, retryable: true },
    isServerError,
  ],
  [
    "NetworkError",
    () => failWith({ delivery: "reset" }),
    { code: "NETWORK_ERROR", category: "network", retryable: true },
    isNetworkError,
  ],
  [
    "TimeoutError",
    () => failWith({ gate: createGate() }, { timeoutMs: 20 }),
    { code: "TIMEOUT", category: "network", retryable: true },
    isTimeoutError,
  ],
  [
    "InvalidResponseError",
    () => failWith({ body: "{" }),
    { code: "INVALID_RESPONSE", category: "response", statusCode: 200, retryable: true },
    isInvalidResponseError,
  ],
  [
    "CircuitOpenError",
    async () => {
      const server = await startRollgateServer();
      server.answer("flags", { status: 500 });
      const client = createClient(server, { circuitBreaker: { failureThreshold: 1 } });
      await rejection(client.init());
      return rejection(client.refresh());
    },
    { code: "CIRCUIT_OPEN", category: "circuit", retryable: true },
    isCircuitOpenError,
  ],
  [
    "ConfigurationError",
    () => rejection(Promise.resolve().then(() => new RollgateClient({ apiKey: "" }))),
    { code: "INVALID_CONFIGURATION", category: "configuration", retryable: false, path: "apiKey" },
    isConfigurationError,
  ],
];

it.each(CLASSES)(
  "rejects with a %s and its fields, without a foreign cause",
  async (name, fail, fields, guard) => {
    const error = await fail();
    expect({ ...error, name: error.name }).toMatchObject({ ...fields, name });
    expect(error).toBeInstanceOf(RollgateError);
    expect(isRollgateError(error) && guard(error)).toBe(true);
    expect(error.cause).toBeUndefined();
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect("statusCode" in error).toBe("statusCode" in fields);
  },
);

it("triggers each error class and each guard that the package exports", () => {
  const exported = Object.entries(rollgate) as [string, unknown][];
  const classes = exported
    .filter(([, value]) => typeof value === "function" && value.prototype instanceof RollgateError)
    .map(([name]) => name);
  const guards = exported.map(([name]) => name).filter((name) => /^is[A-Z]\w*Error$/.test(name));
  expect(CLASSES.map(([name]) => name).sort()).toEqual(classes.sort());
  expect([...CLASSES.map(([name]) => `is${name}`), "isRollgateError"].sort()).toEqual(
    guards.sort(),
  );
});

it("makes a TimeoutError a NetworkError, and no other of one another", async () => {
  const guards = CLASSES.map(([, , , guard]) => guard);
  for (const [name, fail] of CLASSES) {
    const error = await fail();
    const kinds = CLASSES.filter((_, index) => guards[index]?.(error)).map(([one]) => one);
    expect(kinds).toEqual(name === "TimeoutError" ? ["NetworkError", "TimeoutError"] : [name]);
  }
  for (const guard of guards)
    expect([guard(new Error("x")), guard(undefined)]).toEqual([false, false]);
});

it("classifies by status and takes code and message from the body", async () => {
  const body = { error: { code: "AUTH_004", category: "internal", message: "Key revoked" } };
  expect(await failWith({ status: 403, body })).toMatchObject({
    name: "AuthenticationError",
    code: "AUTH_004",
    category: "auth",
    message: "Key revoked",
    statusCode: 403,
  });
  expect(
    await failWith({ status: 400, body: { error: "OldError", message: "Old" } }),
  ).toMatchObject({
    name: "ValidationError",
    code: "OldError",
    message: "Old",
  });
});

it("tells how long the circuit stays open", async () => {
  const [, fail] = CLASSES.find(([name]) => name === "CircuitOpenError") ?? [];
  const error = (await fail?.()) as CircuitOpenError;
  expect(error).toBeInstanceOf(CircuitOpenError);
  expect(error.retryAfterMs).toBeGreaterThan(0);
  expect(error.retryAfterMs).toBeLessThanOrEqual(30_000);
});

it("has codes of its own for the client's own states", async () => {
  const server = await startRollgateServer({ beta: true });
  const client = createClient(server);
  for (const call of [
    () => client.refresh(),
    () => client.flushEvents(),
    () => client.flushTelemetry(),
  ]) {
    expect(await rejection(call())).toMatchObject({
      name: "RollgateError",
      code: "NOT_INITIALIZED",
    });
  }
  await client.init();
  client.setOffline(true);
  expect(await rejection(client.refresh())).toMatchObject({ code: "OFFLINE" });
  await client.close();
  expect(await rejection(client.refresh())).toMatchObject({ code: "CLIENT_CLOSED" });
});

it.each([undefined, null, {}, { id: "" }, { id: 7 }, "ann", []])(
  "refuses %j as a user before any request",
  async (user) => {
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server);
    await client.init();
    const before = server.requests().length;
    expect(await rejection(client.identify(user as never))).toMatchObject({
      name: "ValidationError",
      category: "validation",
    });
    expect(client.user).toBeUndefined();
    expect(server.requests().length).toBe(before);
  },
);
