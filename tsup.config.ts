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

/** What the dev server needs; users of the client install nothing for it. */
const bundled: Options = {
  noExternal: ["jsonc-parser", "picocolors", "ws"],
  // For `ws`, which is CommonJS and requires Node's own modules.
  banner: ({ format }) =>
    format === "esm"
      ? {
          js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
        }
      : {},
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
    ...bundled,
    entry: { "dev-server": "src/dev-server/index.ts" },
    platform: "node",
    // `import.meta.url` in CommonJS.
    shims: true,
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
