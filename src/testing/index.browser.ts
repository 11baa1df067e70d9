import { TestClient } from "./test-client";
import type { TestClientOptions } from "./test-client-options";

export type { FailingRequest } from "./memory-server";
export { type PassTimeOptions, passTime } from "./pass-time";
export type { TestClient } from "./test-client";
export type { TestClientOptions, TestFlags } from "./test-client-options";
export type { TrackedCall } from "./tracked-call";
export { createVirtualClock, type VirtualClock } from "./virtual-clock";

/**
 * Makes a client for tests of an app, which has its flags from the first line on and
 * needs no server, no network, no file and no timer.
 * @throws ConfigurationError that names the option which makes no sense.
 * @example
 * const client = createTestClient({ flags: { "new-checkout": true, limit: 5 } });
 * client.setFlag("new-checkout", false);
 */
export function createTestClient(options: TestClientOptions = {}): TestClient {
  return new TestClient(options);
}
