import type { FlagsFile } from "../../../src/dev-server";
import { bucketOf } from "../../../src/dev-server/evaluation/bucket";
import { localRules } from "../../../src/dev-server/evaluation/local/local-rules";
import { RuleBook } from "../../../src/dev-server/evaluation/rule-book";
import type { Flag } from "../../../src/flags/flag";
import { compileRules, evaluateFlag } from "../../../src/flags/rules";
import type { UserContext } from "../../../src/flags/types";

/** What users see of a flag. */
type Answer = Pick<Flag, "on" | "value" | "variationId">;

/** The flags that are sent, as answered by the server, and by a client that has the rules alone. */
export interface BothSides {
  readonly keys: readonly string[];
  server(user: UserContext | undefined): Readonly<Record<string, Answer>>;
  client(user: UserContext | undefined): Readonly<Record<string, Answer>>;
}

export function bothSides(file: FlagsFile): BothSides {
  const { flags } = localRules(file);
  const keys = Object.keys(flags).filter((key) => flags[key] !== null);
  const book = new RuleBook(file);
  // As it comes over the wire.
  const compiled = compileRules(JSON.parse(JSON.stringify(flags)));
  const collect = (ask: (key: string) => Flag | undefined) =>
    Object.fromEntries(keys.map((key) => [key, answer(ask(key))]));
  return {
    keys,
    server(user) {
      const answers = book.evaluate(user);
      return collect((key) => answers.get(key));
    },
    client: (user) =>
      collect((key) => {
        const flag = compiled.get(key);
        return flag && evaluateFlag(flag, user, bucketOf);
      }),
  };
}

function answer(flag: Flag | undefined): Answer {
  if (flag === undefined) throw new Error("There is no such flag.");
  const { on, value, variationId } = flag;
  return { on, value, variationId };
}
