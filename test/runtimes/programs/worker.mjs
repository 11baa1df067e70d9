import { RollgateClient } from "rollgate";
import { scenario } from "./scenario.mjs";

// Shared by all requests of this isolate: text, and nothing that belongs to a request.
const kept = new Map();
const storage = {
  get: (key) => kept.get(key),
  set: (key, value) => void kept.set(key, value),
  delete: (key) => void kept.delete(key),
};

/** A client for one request, as docs/serverless.md has it. */
function clientOf(baseUrl) {
  return new RollgateClient({
    apiKey: "dev-key",
    baseUrl,
    refreshIntervalMs: 0,
    cache: { storage, ttlMs: 60_000, revalidateFresh: false },
  });
}

/** Answers one request; what goes on afterwards is told to `waitUntil`. */
export async function answer(request, baseUrl, waitUntil) {
  const { pathname } = new URL(request.url);
  if (pathname === "/scenario") {
    return Response.json(await scenario(RollgateClient, baseUrl, { cache: { storage } }));
  }
  const client = clientOf(baseUrl);
  try {
    await client.init({ id: "bob" });
  } catch (error) {
    console.warn(error);
  }
  const { value, source } = client.isEnabledDetail("beta");
  client.track({ flagKey: "beta", eventName: "visited" });
  if (pathname === "/flushed") await client.flush();
  waitUntil(client.close());
  return Response.json({ value, source });
}
