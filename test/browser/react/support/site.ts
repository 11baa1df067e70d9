import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import type { RollgateProviderProps } from "../../../../src/react";
import type { RenderKind } from "./server";

export type ReactVersion = 18 | 19;
export const VERSIONS: readonly ReactVersion[] = [18, 19];

/** A web site with one version of React on it, on an origin of its own. */
export interface ReactSite {
  /** A page on which `window.app` is there once it is loaded. */
  readonly url: string;
  /** The address of a page that a server rendered with these props; the browser is given the bootstrap. */
  rendered(props: RollgateProviderProps, kind?: RenderKind): Promise<string>;
  /** The address of a page with that program on it, as TSX, and nothing else. */
  running(code: string): Promise<string>;
  /** What the server rendered there. */
  html(props: RollgateProviderProps, kind?: RenderKind): Promise<string>;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where names lead to: our sources, and the React that is asked for. */
export function aliases(version: ReactVersion, index: string): Record<string, string> {
  return {
    "rollgate/react": join(root, "src/react/index.ts"),
    "rollgate/testing": join(root, "src/testing/index.browser.ts"),
    rollgate: join(root, "src", index),
    ...(version === 18 && { react: "react-18", "react-dom": "react-dom-18" }),
  };
}

/** As an app's bundler does while it is developed: React then complains of what is wrong. */
export const BUNDLING = {
  bundle: true,
  format: "esm",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"development"' },
  jsx: "automatic",
  jsxImportSource: "react",
  logLevel: "silent",
} as const satisfies BuildOptions;

export async function startReactSite(version: ReactVersion): Promise<ReactSite> {
  const { outputFiles } = await build({
    ...BUNDLING,
    entryPoints: { page: here("./page.ts") },
    outdir: "/",
    alias: aliases(version, "index.browser.ts"),
    splitting: true,
    platform: "browser",
    write: false,
  });
  const scripts = new Map(outputFiles.map(({ path, text }) => [path, text]));
  let renderer: ReturnType<typeof loadRenderer> | undefined;
  const html: Renderer["render"] = async (...args) => {
    renderer ??= loadRenderer(version);
    return (await renderer).render(...args);
  };
  const pages = new Map([["/", pageOf("", undefined)]]);
  const server = createServer(({ url = "" }, response) => {
    const script = scripts.get(url);
    const page = pages.get(url);
    if (script !== undefined) response.setHeader("content-type", "text/javascript").end(script);
    else if (page !== undefined) response.setHeader("content-type", "text/html").end(page);
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    html,
    async rendered(props, kind) {
      const name = `rendered-${pages.size}`;
      pages.set(`/${name}`, pageOf(await html(props, kind), props.config?.bootstrap));
      return url + name;
    },
    async running(code) {
      const name = `running-${pages.size}`;
      const bundled = await build({
        ...BUNDLING,
        stdin: { contents: code, loader: "tsx", resolveDir: root },
        outdir: "/",
        alias: aliases(version, "index.browser.ts"),
        platform: "browser",
        write: false,
      });
      scripts.set(`/${name}.js`, bundled.outputFiles[0]?.text ?? "");
      pages.set(`/${name}`, pageOf("", undefined, `/${name}.js`));
      return url + name;
    },
    async close() {
      (await renderer)?.dispose();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function pageOf(html: string, bootstrap: unknown, script = "/page.js"): string {
  const given = JSON.stringify(bootstrap ?? null).replaceAll("<", "\\u003c");
  return `<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,">
<div id="root">${html}</div><script>window.bootstrap = ${given} ?? undefined;</script>
<script type="module" src="${script}"></script></html>`;
}

interface Renderer {
  render(props: RollgateProviderProps, kind?: RenderKind): Promise<string>;
  dispose(): void;
}

/** Bundles what renders on a server, for this process. */
async function loadRenderer(version: ReactVersion): Promise<Renderer> {
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "react-"));
  const outfile = join(folder, "server.mjs");
  await build({
    ...BUNDLING,
    entryPoints: [here("./server.ts")],
    outfile,
    alias: aliases(version, "index.ts"),
    platform: "node",
    // React is CommonJS, and requires Node's own modules.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  const { render } = (await import(pathToFileURL(outfile).href)) as Pick<Renderer, "render">;
  return { render, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
