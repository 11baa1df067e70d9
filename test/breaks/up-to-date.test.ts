import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Break {
  readonly promise: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly test: string;
}

const here = import.meta.dirname;
const root = join(here, "../..");
const lists = readdirSync(here).filter((name) => name.endsWith(".breaks.mjs"));

test.each(lists)("%s can be applied to the code as it is", async (name) => {
  const { default: breaks } = (await import(join(here, name))) as { default: readonly Break[] };
  const outOfDate = breaks.filter(({ file, from, to, test: path }) => {
    const there = existsSync(join(root, file)) && existsSync(join(root, path));
    const parts = there ? readFileSync(join(root, file), "utf8").split(from).length : 0;
    return parts !== 2 || from === to;
  });
  expect(outOfDate.map(({ promise }) => promise)).toEqual([]);
});
