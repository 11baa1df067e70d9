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

/** For `ws`, which is CommonJS and requires Node's own modules. */
const requiring: Options["banner"] = ({ format }) =>
  format === "esm"
    ? {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      }
    : {};

/** What the dev server needs; users of the client install nothing for it. */
const bundled: Options = {
  noExternal: ["jsonc-parser", "picocolors", "ws"],
  external: ["bufferutil", "utf-8-validate"],
  banner: requiring,
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
    entry: { "index.edge": "src/index.edge.ts" },
    platform: "browser",
  },
  {
    ...shared,
    entry: { inspect: "src/inspect/index.ts" },
    platform: "node",
    // Node has no WebSocket of its own before version 22.
    noExternal: ["ws"],
    external: ["bufferutil", "utf-8-validate"],
    banner: requiring,
  },
  {
    ...shared,
    entry: { "inspect.browser": "src/inspect/index.browser.ts" },
    platform: "browser",
  },
  {
    ...shared,
    entry: { testing: "src/testing/index.ts" },
    platform: "node",
    // The app's own copy, for its own platform.
    external: ["rollgate"],
  },
  {
    ...shared,
    entry: { "testing.browser": "src/testing/index.browser.ts" },
    platform: "browser",
    // The app's own copy, for its own platform.
    external: ["rollgate"],
  },
  {
    ...shared,
    entry: { "openfeature-server": "src/openfeature/server.ts" },
    platform: "node",
    // The app's own copies.
    external: ["rollgate", /^@openfeature\//],
  },
  {
    ...shared,
    entry: { "openfeature-web": "src/openfeature/web.ts" },
    platform: "browser",
    // The app's own copies.
    external: ["rollgate", /^@openfeature\//],
  },
  {
    ...shared,
    entry: { react: "src/react/index.ts" },
    platform: "browser",
    // The app's own copies.
    external: ["rollgate", "react"],
    // Either would lose the entry's directive, "use client": one in both formats, one in CommonJS.
    treeshake: false,
    splitting: false,
  },
  {
    ...shared,
    entry: { storage: "src/storage-adapters/index.ts" },
    platform: "neutral",
    // The app's own copy, for its own platform.
    external: ["rollgate"],
  },
  {
    ...shared,
    ...bundled,
    entry: { "dev-server": "src/dev-server/index.ts" },
    platform: "node",
    // `import.meta.url` in CommonJS.
    shims: true,
    onSuccess: () => bundlePage("dist/devtools-page"),
  },
  {
    ...shared,
    ...bundled,
    entry: { cli: "src/cli/index.ts" },
    format: ["esm"],
    dts: false,
    platform: "node",
  },
]);
