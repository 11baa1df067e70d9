import { defineConfig, type Options } from "tsup";

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

const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

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
    entry: { inspect: "src/inspect/index.ts" },
    platform: "node",
    // Node has no WebSocket of its own before version 22.
    noExternal: ["ws"],
    external: ["bufferutil", "utf-8-validate"],
    // The library asks for Node's modules by `require`.
    banner: ({ format }) => (format === "esm" ? { js: REQUIRE } : {}),
  },
  {
    ...shared,
    entry: { "inspect.browser": "src/inspect/index.browser.ts" },
    platform: "browser",
  },
  {
    ...shared,
    entry: { "dev-server": "src/dev-server/index.ts" },
    platform: "node",
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
