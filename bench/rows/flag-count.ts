import type { RollgateClient } from "rollgate";
import { compare } from "../harness/compare";
import { type Row, rowOf } from "../harness/row";
import type { Subject } from "../harness/subject";
import { clientWithFlags } from "../support/clients";
import { flagsOf, sample } from "../support/flags";
import { mapLookups } from "../support/references";

/** Does an evaluation cost more where there are more flags? */
export async function flagCountRows(): Promise<Row[]> {
  const few = await reader(10);
  const many = await reader(10_000);
  const sameKey = await compare(many.same, few.same);
  const rotating = await compare(many.rotating, few.rotating);
  for (const { client, all } of [few, many]) for (const key of all) client.isEnabled(key);
  const afterAll = await compare(many.same, few.same);
  const row = (what: string, comparison: typeof sameKey, note?: string) =>
    rowOf(`isEnabled, 10 → 10 000 flags, ${what}`, "itself", 1.5, comparison, {
      ...(note !== undefined && { note }),
    });
  return [
    row("same key", sameKey),
    row(
      "64 keys in turn",
      rotating,
      "from run to run the median lies between 1.2 and 1.6: where in memory 64 of 10 000 slots happen to lie decides how many of them the processor's nearest cache holds.",
    ),
    row("after every flag was read", afterAll),
    rowOf(
      "Map.get alone, 10 → 10 000 entries, 64 keys in turn",
      "itself",
      undefined,
      await compare(lookups(10_000), lookups(10)),
    ),
  ];
}

function lookups(count: number): Subject {
  const flags = flagsOf(count);
  return mapLookups(flags, sample(Object.keys(flags)));
}

async function reader(count: number) {
  const flags = flagsOf(count);
  const client = await clientWithFlags(flags);
  const all = Object.keys(flags);
  const last = all[all.length - 1] ?? "";
  return {
    client,
    all,
    same: evaluations(
      client,
      Array.from({ length: 64 }, () => last),
    ),
    rotating: evaluations(client, sample(all)),
  };
}

function evaluations(client: RollgateClient, keys: readonly string[]): Subject {
  return {
    run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) if (client.isEnabled(keys[i & 63] as string)) on++;
      return on;
    },
  };
}
