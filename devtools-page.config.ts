import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const page = fileURLToPath(new URL("src/devtools-page/", import.meta.url));

/** What the page carries along, and must name the licence of. */
const LIBRARIES = ["preact", "elkjs"];

/**
 * Bundles the devtools page into a folder: everything that a browser needs, with
 * relative addresses, and nothing from elsewhere.
 */
export async function bundlePage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: { main: join(page, "main.tsx"), style: join(page, "styles/index.css") },
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  for (const file of ["index.html", "icon.svg"])
    await copyFile(join(page, file), join(folder, file));
  // A worker of its own; minified already.
  await copyFile(require.resolve("elkjs/lib/elk-worker.min.js"), join(folder, "elk-worker.js"));
  await writeFile(join(folder, "licenses.txt"), (await licenses()).join("\n\n"));
}

function licenses(): Promise<string[]> {
  return Promise.all(
    LIBRARIES.map(async (name) => {
      const folder = join(dirname(fileURLToPath(import.meta.url)), "node_modules", name);
      const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
      const file = name === "elkjs" ? "LICENSE.md" : "LICENSE";
      const text = await readFile(join(folder, file), "utf8");
      return `${name} ${version} (${license}); its source is in the npm package of this name and version.\n\n${text}`;
    }),
  );
}
