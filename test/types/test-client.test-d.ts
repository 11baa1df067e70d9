/** What compiles of a test client: it is a client, and takes what a test gives. */
import type { JsonValue, RollgateClient } from "rollgate";
import { createTestClient, type TestClient, type TrackedCall } from "rollgate/testing";

declare const app: (client: RollgateClient) => void;

const client: TestClient = createTestClient({ flags: { limit: 5, theme: { dark: true } } });
app(client);
export const same: RollgateClient = client;

client.setFlag("limit", 7, { kind: "OFF" });
client.setFlags({ limit: [1, "two", null] });
client.removeFlag("limit");
client.setUser({ id: "ann", attributes: { plan: "pro" } });
client.setUser(undefined);
client.failNext("flags");
client.failNext("events", 503);
export const userId: string | undefined = client.tracked[0]?.userId;

// @ts-expect-error no such option
createTestClient({ flag: {} });
// @ts-expect-error not JSON
client.setFlag("limit", () => 7);
// @ts-expect-error no such request
client.failNext("stream");
// @ts-expect-error for reading
client.tracked.push({} as TrackedCall);
// @ts-expect-error for reading
(client.tracked[0] as TrackedCall).userId = "eve";
// @ts-expect-error no such reason
client.setFlag("limit", 1 as JsonValue, { kind: "WHATEVER" });
