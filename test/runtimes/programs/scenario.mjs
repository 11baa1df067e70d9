/**
 * What the package must do in every runtime. It knows nothing but the client and what
 * all runtimes have.
 */
export async function scenario(RollgateClient, baseUrl, options = {}) {
  // A client does not keep a process alive, and half of this waits for news.
  const awake = setInterval(() => {}, 1_000);
  const errors = [];
  const config = { apiKey: "dev-key", baseUrl, refreshIntervalMs: 0, logLevel: "silent" };
  const ann = { id: "ann", attributes: { plan: "pro" } };
  const client = new RollgateClient({ ...config, enableStreaming: true, ...options });
  client.on("error", ({ name, message }) => errors.push(`${name}: ${message}`));
  const opened = new Promise((resolve) => {
    client.on("connection_changed", ({ to }) => to === "streaming.open" && resolve());
  });
  await client.init(ann);
  const first = [client.isEnabled("beta"), client.isEnabled("pro-only")];

  await opened;
  const changed = new Promise((resolve) => {
    client.on("flag_changed", ({ key, value }) => key === "beta" && resolve(value));
  });
  const patched = await fetch(`${baseUrl}/__rollgate/flags/beta`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ enabled: true }),
  });
  await patched.text();
  const pushed = await changed;

  client.track({ flagKey: "beta", eventName: "seen", metadata: { text: "ключ" } });
  client.isEnabled("beta");
  await client.flush();
  const { delivered, pending } = client.getEventStats();
  const { evaluationCount } = client.getTelemetryStats();

  // A user whom nobody has asked for, by rules that the app brings.
  const flags = { vip: { enabled: true, rollout: 0, targetUsers: ["bob"] } };
  const local = new RollgateClient({ ...config, bootstrap: { rules: { version: "v1", flags } } });
  local.setOffline(true);
  await local.init().catch(() => {});
  const vip = local.forUser({ id: "bob" }).isEnabled("vip");

  await Promise.all([client.close(), local.close()]);
  clearInterval(awake);
  return { first, pushed, delivered, pending, evaluationCount, vip, errors };
}

/** What must come out of it. */
export const EXPECTED = {
  first: [false, true],
  pushed: true,
  delivered: 1,
  pending: 0,
  evaluationCount: 0,
  vip: true,
  errors: [],
};
