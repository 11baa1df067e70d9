import fc from "fast-check";
import { expect, it } from "vitest";
import type { UserContext } from "../../../src";
import type { FlagRule } from "../../../src/flags/types";
import { memoryInUse } from "../../support/garbage";
import { anyFlag, anyUser } from "../../unit/flags/rules/arbitraries";
import { interpret } from "../../unit/flags/rules/reference";
import { local } from "./support";

const FLAGS = 10_000;
const USERS = 100;

/** Flags of every kind, and users with ids of their own; always the same. */
const flags: readonly FlagRule[] = fc
  .sample(anyFlag, { numRuns: FLAGS, seed: 7 })
  .map((flag, i) => ({ ...flag, key: `flag-${i}` }));
const users: readonly UserContext[] = fc
  .sample(anyUser, { numRuns: USERS, seed: 7 })
  .map((user, i) => ({ ...user, id: `user-${i}` }));
const set = Object.fromEntries(flags.map((flag) => [flag.key, flag]));

const flagAt = (i: number) => flags[i % FLAGS] as FlagRule;
const userAt = (i: number) => users[i % USERS] as UserContext;
const onFor = (user: UserContext | undefined) =>
  Object.fromEntries(flags.map((flag) => [flag.key, interpret(flag, user).on]));

it("10 000 flags are evaluated for 100 users in turn, each time for the right one", async () => {
  const { client } = await local(set);
  const wrong: unknown[] = [];
  const on = new Map<UserContext, number>();
  for (let turn = 0; turn < 10; turn++) {
    for (let i = 0; i < FLAGS; i++) {
      const [flag, user] = [flagAt(i), userAt(i + turn * 7)];
      const expected = interpret(flag, user).on;
      const answer = client.isEnabled(flag.key, !expected, user);
      if (answer !== expected) wrong.push([flag, user, answer]);
      if (answer) on.set(user, (on.get(user) ?? 0) + 1);
    }
  }
  expect(wrong).toEqual([]);
  expect(on.size).toBe(USERS);
});

it("and so while the current user changes between the calls", async () => {
  const { client, server } = await local(set, {}, userAt(0));
  const requests = server.requests().length;
  const wrong: unknown[] = [];
  for (let n = 0; n < 20; n++) {
    const current = userAt(n * 3);
    const identified = client.identify(current);
    for (let i = n; i < FLAGS; i += 97) {
      const [flag, other] = [flagAt(i), userAt(i)];
      const expected = [interpret(flag, current), interpret(flag, other), interpret(flag, current)];
      const answers = [
        client.isEnabledDetail(flag.key),
        client.forUser(other).isEnabledDetail(flag.key),
        client.isEnabledDetail(flag.key, false, current),
      ].map(({ value, reason }) => ({ on: value, reason }));
      if (JSON.stringify(answers) !== JSON.stringify(expected)) wrong.push([flag, answers]);
    }
    await identified;
  }
  await client.reset();
  expect(wrong).toEqual([]);
  expect({ ...client.getAllFlags() }).toEqual(onFor(undefined));
  expect({ ...client.getAllFlags(userAt(5)) }).toEqual(onFor(userAt(5)));
  expect(server.requests()).toHaveLength(requests);
});

it("what 20 000 users leave behind in memory is bounded", async () => {
  const { client } = await local(set);
  const halfway = Object.values(set).find(({ enabled, rollout, rules = [] }) => {
    return enabled && rollout > 0 && rollout < 100 && rules.length === 0;
  }) as FlagRule;
  const ask = (from: number, to: number) => {
    for (let i = from; i < to; i++) client.isEnabled(halfway.key, false, { id: `someone-${i}` });
  };
  ask(0, 1_000);
  const before = memoryInUse();
  ask(1_000, 21_000);
  // One byte a flag and user, were each remembered: 200 MB.
  expect(memoryInUse() - before).toBeLessThan(40 * 1_024 * 1_024);
});
