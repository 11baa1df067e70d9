import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { compile } from "svelte/compiler";
import { blocksOf, readPages } from "../../../docs/markdown";

/** A web site with the recipes of the documentation on it. */
export interface FrameworksSite {
  readonly url: string;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const recipes = readPages()
  .flatMap(blocksOf)
  .filter(({ page, info }) => page === "docs/frameworks.md" && info.startsWith("recipe "));

/** Names of the recipes. */
export const RECIPES = [...new Set(recipes.map(({ info }) => info.slice("recipe ".length)))];

export async function startFrameworksSite(): Promise<FrameworksSite> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    alias: { rollgate: `${root}src/index.browser.ts` },
    define: {
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    plugins: [fromTheDocs],
    write: false,
    logLevel: "silent",
  });
  const script = outputFiles[0]?.text ?? "";
  const page = `<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,"><body></body><script type="module" src="/page.js"></script></html>`;
  const server = createServer(({ url }, response) => {
    if (url === "/page.js") response.setHeader("content-type", "text/javascript").end(script);
    else response.setHeader("content-type", "text/html").end(page);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Finds `recipe:…` and `component:…` in the page, and what a component imports beside it. */
const fromTheDocs: Plugin = {
  name: "from-the-docs",
  setup(bundler) {
    bundler.onResolve({ filter: /^(recipe|component):/ }, ({ path }) => {
      const [namespace = "", name = ""] = path.split(":");
      return { namespace, path: name };
    });
    bundler.onResolve({ filter: /^\.\//, namespace: "component" }, ({ importer }) => ({
      namespace: "recipe",
      path: importer,
    }));
    bundler.onLoad({ filter: /.*/, namespace: "recipe" }, ({ path }) => ({
      contents: codeOf(path, "ts"),
      loader: "ts",
      resolveDir: root,
    }));
    bundler.onLoad({ filter: /.*/, namespace: "component" }, ({ path }) => {
      const options = {
        generate: "client",
        name: "Component",
        filename: `${path}.svelte`,
      } as const;
      const { js } = compile(codeOf(path, "svelte"), options);
      return { contents: js.code, loader: "js", resolveDir: root };
    });
  },
};

function codeOf(name: string, language: string): string {
  const found = recipes.filter((one) => one.info === `recipe ${name}` && one.language === language);
  if (found.length !== 1) throw new Error(`There is not one recipe ${name} in ${language}.`);
  return found[0]?.code ?? "";
}
