import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A web site with the SDK on it, on an origin of its own. */
export interface PageServer {
  /** A page on which `window.kit` is there once it is loaded. */
  readonly url: string;
  /** A page of the same origin without anything. */
  readonly blankUrl: string;
  /** A page that receives what an inspector sends; `window.received` has it. */
  readonly receiverUrl: string;
  /** Serves a page, or a script, that is made each time it is asked for. @returns its address */
  render(path: string, text: () => string, type?: string): string;
  close(): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const page = (script: string) =>
  `<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,">${script}</html>`;

const PAGES: ReadonlyMap<string, string> = new Map([
  ["/", `<script type="module" src="/kit.js"></script>`],
  ["/receiver", `<script type="module" src="/receiver.js"></script>`],
  ["/blank", ""],
]);

/** Bundles the browser entry, as an app's bundler would, and serves it. */
export async function startPageServer(): Promise<PageServer> {
  const { outputFiles } = await build({
    entryPoints: {
      kit: here("./kit.ts"),
      sdk: here("../../../src/index.browser.ts"),
      receiver: here("./receiver.ts"),
      rendered: here("./rendered.ts"),
    },
    outdir: "/",
    bundle: true,
    alias: { rollgate: here("../../../src/index.browser.ts") },
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  const scripts = new Map(outputFiles.map(({ path, text }) => [path, text]));
  const rendered = new Map<string, { text: () => string; type: string }>();
  const server = createServer(({ url = "" }, response) => {
    const script = scripts.get(url);
    const made = rendered.get(url);
    if (script !== undefined) {
      response.setHeader("content-type", "text/javascript").end(script);
    } else if (made !== undefined) {
      response
        .setHeader("content-type", made.type)
        // No code in the page itself.
        .setHeader("content-security-policy", "script-src 'self'")
        .end(made.text());
    } else if (PAGES.has(url)) {
      const body = page(PAGES.get(url) ?? "");
      response.setHeader("content-type", "text/html").end(body);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    blankUrl: `${url}blank`,
    receiverUrl: `${url}receiver`,
    render(path, text, type = "text/html; charset=utf-8") {
      rendered.set(path, { text, type });
      return `${url}${path.slice(1)}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
