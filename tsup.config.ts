import { defineConfig, type Options } from "tsup";
import { bundlePage } from "./devtools-page.config";

const shared: Options = {
  format: ["esm", "cjs"],
  target: "es2022",
  sourcemap: true,
  // `Symbol.asyncDispose`, whatever lib the app compiles with.
  dts: { banner: '/// <reference lib="esnext.disposable" />' },
  splitting: true,
  treeshake: true,
  outDir: "dist",
};

export default defineConfig([
  {
    ...shared,
    entry: { index: "src/index.ts", machines: "machines/index.ts" },
    platform: "node",
  },
  {
    ...shared,
    entry: { "index.browser": "src/index.browser.ts" },
    platform: "browser",
  },
  {
    ...shared,
    entry: { "dev-server": "src/dev-server/index.ts" },
    platform: "node",
    onSuccess: () => bundlePage("dist/devtools-page"),
    // Needed here only: users of the client install nothing for it.
    noExternal: ["jsonc-parser", "picocolors"],
  },
  {
    ...shared,
    entry: { cli: "src/cli/index.ts" },
    format: ["esm"],
    dts: false,
    platform: "node",
    noExternal: ["jsonc-parser", "picocolors"],
  },
]);
