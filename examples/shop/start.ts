import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startDevServer } from "rollgate/dev-server";
import { serveShop } from "./serve";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Opens the shop until Ctrl-C. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { "any-port": { type: "boolean", default: false } } });
  const anyPort = values["any-port"];
  const shop = await serveShop({
    root: path(".."),
    client: path("../../../dist/index.browser.js"),
    inspect: path("../../../dist/inspect.browser.js"),
    shopPort: anyPort ? 0 : 5173,
    devServerPort: anyPort ? 0 : 4400,
    startDevServer,
    log: console.log,
  });
  console.log(`\nThe shop       ${shop.url}`);
  console.log(`Devtools page  ${shop.server.url}/`);
  console.log("Ctrl-C closes both.\n");
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await shop.close();
}

main().catch((error: unknown) => {
  console.error(`The shop did not open: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
