import type { RollgateClient, UserContext } from "rollgate";
import { allocatedBytes } from "../harness/bytes";
import { compare } from "../harness/compare";
import { type Row, rowOf } from "../harness/row";
import type { Subject } from "../harness/subject";
import { clientWithRules } from "../support/clients";
import { flagsOf, rulesOf, sample } from "../support/flags";
import { mapLookups } from "../support/references";
import { unseenUsers } from "../support/users";

const SEEN =
  "finding the rule that matches is most of it: an app may change its user object between two reads, so the attribute is looked up and compared each time.";

/** Evaluations by the rules in the client: one rule, partial rollouts, 1 000 flags. */
export async function localRows(): Promise<Row[]> {
  const rules = rulesOf(1_000);
  const client = await clientWithRules(rules);
  const keys = sample(Object.keys(rules));
  const lookup = mapLookups(flagsOf(1_000), keys);
  const [user = { id: "nobody" }] = unseenUsers(1);
  const unseen = ofUnseenUsers(client, keys);
  const seen = ofOneUser(client, keys, user);
  const viewed = throughView(client, keys, user);
  const fresh = throughFreshView(client, keys, user);
  return [
    rowOf(
      "local evaluation, user not seen before",
      "Map.get",
      80,
      await compare(unseen, lookup, { times: 500 }),
      { bytes: { measured: await allocatedBytes(unseen, 2_000) } },
    ),
    rowOf(
      "the same user again, isEnabled(key, …, user)",
      "Map.get",
      6,
      await compare(seen, lookup),
      {
        bytes: { measured: await allocatedBytes(seen) },
        note: SEEN,
      },
    ),
    rowOf("the same user again, forUser(user) kept", "Map.get", 6, await compare(viewed, lookup), {
      bytes: { measured: await allocatedBytes(viewed) },
    }),
    rowOf(
      "the same user again, a new forUser(user) each time",
      "Map.get",
      undefined,
      await compare(fresh, lookup),
      { bytes: { measured: await allocatedBytes(fresh, 2_000) } },
    ),
  ];
}

function ofUnseenUsers(client: RollgateClient, keys: readonly string[]): Subject {
  let users: UserContext[] = [];
  return {
    prepare(times) {
      users = unseenUsers(times);
    },
    run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) {
        if (client.isEnabled(keys[i & 63] as string, false, users[i])) on++;
      }
      return on;
    },
  };
}

function ofOneUser(client: RollgateClient, keys: readonly string[], user: UserContext): Subject {
  return {
    run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) {
        if (client.isEnabled(keys[i & 63] as string, false, user)) on++;
      }
      return on;
    },
  };
}

function throughView(client: RollgateClient, keys: readonly string[], user: UserContext): Subject {
  const view = client.forUser(user);
  return {
    run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) if (view.isEnabled(keys[i & 63] as string)) on++;
      return on;
    },
  };
}

function throughFreshView(
  client: RollgateClient,
  keys: readonly string[],
  user: UserContext,
): Subject {
  return {
    run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) {
        if (client.forUser(user).isEnabled(keys[i & 63] as string)) on++;
      }
      return on;
    },
  };
}
