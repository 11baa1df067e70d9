import process from "node:process";
import { RollgateClient } from "rollgate";
import { scenario } from "./scenario.mjs";

const [, , baseUrl, persistPath] = process.argv;
const did = await scenario(RollgateClient, baseUrl, { cache: { persistPath } });

// What the file holds serves a client that cannot ask.
const later = new RollgateClient({ apiKey: "dev-key", baseUrl, cache: { persistPath } });
later.setOffline(true);
await later.init({ id: "ann", attributes: { plan: "pro" } });
const { value, source } = later.isEnabledDetail("beta");
await later.close();

console.log(JSON.stringify({ ...did, stored: [value, source] }));
