import { afterAll, beforeAll, expect } from "vitest";
import { redisTest, startRedis } from "../support/redis";
import { type Block, blocksOf, readPages, sectionOf } from "./markdown";
import { bundle, promised, type Samples } from "./run-sample";

const readme = readPages().find(({ path }) => path === "README.md");
const text = readme === undefined ? "" : sectionOf(readme, "### Shared storage");
const sample = blocksOf({ path: "README.md", text }).find(
  ({ language }) => language === "ts",
) as Block;

let samples: Samples;
beforeAll(async () => {
  samples = await bundle([sample]);
});
afterAll(() => samples.dispose());

redisTest(
  "the README's sample runs at a real Redis, and leaves there what others start with",
  async () => {
    const redis = await startRedis();
    const { code, stdout, stderr } = await samples.run(sample, { REDIS_URL: redis.url });
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: "", stdout: promised(sample) });
    expect(await redis.admin.keys("*")).toEqual([
      expect.stringMatching(/^rollgate:\w+:flags:\w+$/),
    ]);
  },
);
