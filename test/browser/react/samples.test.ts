import { parse } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { startDevServer } from "../../../src/dev-server";
import { EXAMPLE_FLAGS_FILE } from "../../../src/dev-server/flags-file/example";
import { blocksOf, readPages } from "../../docs/markdown";
import { DOCUMENTED_URL } from "../../docs/run-sample";
import { openPage, siteOf } from "./support/browser";
import { VERSIONS } from "./support/site";

const samples = readPages()
  .flatMap(blocksOf)
  .filter(({ language, info }) => language === "tsx" && info === "run");

describe.each(VERSIONS)("React %i", (version) => {
  test.each(samples.map((sample) => [sample.at, sample.code] as const))(
    "shows what %s says",
    async (_, code) => {
      await using server = await startDevServer({ flags: parse(EXAMPLE_FLAGS_FILE) });
      const text = /\/\/ shows: (.*)/.exec(code)?.[1];
      expect(code).toContain(DOCUMENTED_URL);
      const site = siteOf(version);
      const own = code.replaceAll(DOCUMENTED_URL, JSON.stringify(server.url));
      const page = await openPage(version, await site.running(own));
      await page.waitForFunction(
        (wanted) => document.getElementById("root")?.textContent === wanted,
        text,
      );
    },
  );
});

test("there are samples to run", () => {
  expect(samples.map(({ page }) => page)).toEqual(["README.md", "docs/react.md", "docs/react.md"]);
});
