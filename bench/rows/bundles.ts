import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { versionOf } from "../support/versions";

export interface BundleSize {
  readonly name: string;
  readonly version: string;
  /** Minified and gzipped, in bytes: what a page loads at once, and all with what it may load later. */
  readonly atOnce: number;
  readonly whole: number;
}

/** What a page imports of each. */
const ENTRIES = {
  rollgate: `export { RollgateClient } from "../dist/index.browser.js";`,
  "unleash-proxy-client": `export { UnleashClient } from "unleash-proxy-client";`,
  "@growthbook/growthbook": `export { GrowthBook } from "@growthbook/growthbook";`,
  "launchdarkly-js-client-sdk": `export { initialize } from "launchdarkly-js-client-sdk";`,
  "configcat-js": `export { getClient } from "configcat-js";`,
} as const;

/** Clients for browsers, as a bundler makes them of one import. */
export async function bundleSizes(): Promise<BundleSize[]> {
  return Promise.all(Object.entries(ENTRIES).map(([name, code]) => sizeOf(name, code)));
}

async function sizeOf(name: string, contents: string): Promise<BundleSize> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: "bench" },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    outdir: "/",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const sizes = new Map(
    outputFiles.map(({ path, contents: bytes }) => [path, gzipSync(bytes).length]),
  );
  const atOnce = loadedWith("stdin.js", metafile.outputs);
  const sizeAt = (path: string) => [...sizes].find(([file]) => file.endsWith(`/${path}`))?.[1] ?? 0;
  return {
    name,
    version: versionOf(name),
    atOnce: [...atOnce].reduce((sum, path) => sum + sizeAt(path), 0),
    whole: [...sizes.values()].reduce((sum, size) => sum + size, 0),
  };
}

type Outputs = Readonly<
  Record<string, { imports: readonly { path: string; kind: string }[] } | undefined>
>;

/** A file and what it imports at once, not what it loads later. */
function loadedWith(entry: string, outputs: Outputs): Set<string> {
  const names = Object.fromEntries(
    Object.entries(outputs).map(([path, output]) => [path.split("/").at(-1), output]),
  );
  const found = new Set<string>();
  const follow = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind } of names[path]?.imports ?? []) {
      if (kind === "import-statement") follow(next.split("/").at(-1) ?? "");
    }
  };
  follow(entry);
  return found;
}
