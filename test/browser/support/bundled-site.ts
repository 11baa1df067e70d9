import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";

/** A web site of one page, with a script that was bundled as an app's bundler would. */
export interface BundledSite {
  readonly url: string;
  close(): Promise<void>;
}

const root = join(import.meta.dirname, "../../..");
const PAGE = `<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script></body></html>`;

/** @param contents of the page's script, in TSX, as if it lay in this folder */
export async function startBundledSite(contents: string): Promise<BundledSite> {
  const { outputFiles } = await build({
    stdin: { contents, loader: "tsx", resolveDir: import.meta.dirname },
    entryNames: "page",
    outdir: "/",
    bundle: true,
    splitting: true,
    alias: {
      rollgate: join(root, "src/index.browser.ts"),
      "rollgate/openfeature-web": join(root, "src/openfeature/web.ts"),
    },
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  const scripts = new Map(outputFiles.map(({ path, text }) => [path, text]));
  // What standard input is bundled to has no name of its own.
  const entry = outputFiles[0]?.text ?? "";
  const server = createServer(({ url = "" }, response) => {
    if (url === "/") return response.setHeader("content-type", "text/html").end(PAGE);
    const script = url === "/page.js" ? (scripts.get(url) ?? entry) : scripts.get(url);
    if (script === undefined) return response.writeHead(404).end();
    return response.setHeader("content-type", "text/javascript").end(script);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
