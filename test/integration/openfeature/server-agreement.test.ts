import { type EvaluationContext, OpenFeature } from "@openfeature/server-sdk";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { UserContext } from "../../../src";
import { anyFlag, anyUser } from "../../unit/flags/rules/arbitraries";
import { interpret } from "../../unit/flags/rules/reference";
import { ready } from "./server-support";

const FLAGS = 200;
const USERS = 25;

const contextOf = (user: UserContext | undefined): EvaluationContext => {
  if (user === undefined) return {};
  const { id, ...rest } = user;
  return { targetingKey: id, ...rest.attributes, email: rest.email ?? "" };
};

it("each of many flags is evaluated for each of many users as its rules say, all at once", async () => {
  const seed = Date.now() & 0xffff;
  const flags = fc
    .sample(anyFlag, { numRuns: FLAGS, seed })
    .map((flag, index) => ({ ...flag, key: `flag-${index}` }));
  const users = fc.sample(anyUser, { numRuns: USERS, seed });
  const { provider } = await ready(Object.fromEntries(flags.map((flag) => [flag.key, flag])));
  const client = OpenFeature.getClient();
  const pairs = flags.flatMap((flag) => users.map((user) => [flag, user] as const));
  const answers = await Promise.all(
    pairs.map(([{ key }, user]) => client.getBooleanValue(key, false, contextOf(user))),
  );
  const expected = pairs.map(([flag, user]) => interpret(flag, user).on);
  const wrong = pairs.filter((_, index) => answers[index] !== expected[index]);
  expect(wrong, `seed ${seed}`).toEqual([]);
  expect(new Set(answers).size).toBe(2);
  expect(provider.client.rulesVersion).toBe("v1");
});
