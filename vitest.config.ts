import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Where the package asks for itself by name, as an app does.
  resolve: {
    alias: [
      {
        find: /^rollgate$/,
        replacement: fileURLToPath(new URL("src/index.ts", import.meta.url)),
      },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    reporters: ["default", "./test/support/closing-line.ts"],
    // By default one core is left for watching, of two: most tests wait for sockets and browsers.
    maxWorkers: "100%",
    testTimeout: 20_000,
    hookTimeout: 60_000,
    dangerouslyIgnoreUnhandledErrors: false,
    coverage: {
      provider: "v8",
      include: ["machines/**", "src/**"],
      reporter: ["text-summary", "json-summary", "text"],
    },
  },
});
