import type { RollgateClient } from "rollgate";
import { compare } from "../harness/compare";
import { type Row, rowOf } from "../harness/row";
import type { Subject } from "../harness/subject";
import { clientWithRules } from "../support/clients";

/** Patterns that take matchers which try one way after the other longer than the universe is old. */
const PATTERNS = [
  "(a+)+$",
  "a*a*a*a*a*$",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "(.*)(.*)(.*)(.*)x",
  "((a?){30}){30}b",
];

/** One search fills a slice; a search of 100 ms gets fewer rounds. */
const ROUNDS = { rounds: 201, sliceMs: 0.5, budgetMs: 4_000 };

/** Rule regexes on texts of 1, 2 and 4 kB: the time grows as the text does. */
export async function regexRows(): Promise<Row[]> {
  const flags = Object.fromEntries(PATTERNS.map((pattern, i) => [`pattern-${i}`, ruleOf(pattern)]));
  const client = await clientWithRules(flags);
  const rows: Row[] = [];
  for (const [i, pattern] of PATTERNS.entries()) {
    const search = (length: number) => searching(client, `pattern-${i}`, length);
    const once = await compare(search(2_000), search(1_000), ROUNDS);
    const again = await compare(search(4_000), search(2_000), ROUNDS);
    rows.push(
      rowOf(`regex \`${pattern}\`, 1 → 2 kB`, "itself", 2.5, once),
      rowOf(`regex \`${pattern}\`, 2 → 4 kB`, "itself", 2.5, again),
    );
  }
  return rows;
}

function ruleOf(pattern: string): unknown {
  const conditions = [{ attribute: "text", operator: "regex", value: pattern }];
  return {
    enabled: true,
    rollout: 0,
    rules: [{ id: "r", enabled: true, rollout: 100, conditions }],
  };
}

function searching(client: RollgateClient, key: string, length: number): Subject {
  // The last character makes the whole fail, which is when ways multiply.
  const user = { id: "ann", attributes: { text: `${"a".repeat(length - 1)}!` } };
  return {
    run(times) {
      let found = 0;
      for (let i = 0; i < times; i++) if (client.isEnabled(key, false, user)) found++;
      return found;
    },
  };
}
