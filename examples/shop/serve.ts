import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DevServer, startDevServer } from "rollgate/dev-server";
import { createServer } from "vite";

/** Where the pieces are, and where to listen. */
export interface ShopOptions {
  /** The folder of the shop. */
  readonly root: string;
  /** What the page imports: the client for browsers, and the inspector. */
  readonly client: string;
  readonly inspect: string;
  /** 0 for any that is free. */
  readonly shopPort: number;
  readonly devServerPort: number;
  readonly startDevServer: typeof startDevServer;
  readonly log?: (line: string) => void;
}

/** A shop that is open. */
export interface Shop {
  readonly url: string;
  readonly server: DevServer;
  close(): Promise<void>;
}

/** Serves the shop, and the dev server that its flags come from. */
export async function serveShop(options: ShopOptions): Promise<Shop> {
  const { root, log } = options;
  // A copy, since the devtools page writes into it.
  const flags = join(root, ".built/flags.json");
  await mkdir(join(root, ".built"), { recursive: true });
  await copyFile(join(root, "flags.json"), flags);
  const server = await options.startDevServer({
    flags,
    port: options.devServerPort,
    ...(log && { log }),
  });
  const vite = await createServer({
    root,
    configFile: false,
    clearScreen: false,
    logLevel: "warn",
    server: { host: "127.0.0.1", port: options.shopPort, strictPort: true },
    define: { __DEV_SERVER__: JSON.stringify(server.url) },
    resolve: {
      alias: [
        { find: /^rollgate$/, replacement: options.client },
        { find: /^rollgate\/inspect$/, replacement: options.inspect },
      ],
    },
  });
  await vite.listen();
  return {
    url: vite.resolvedUrls?.local[0] ?? "",
    server,
    async close() {
      await vite.close();
      await server.close();
    },
  };
}
