import type { Flag } from "../../../../src/flags/flag";
import { compileRules, evaluateFlag, type RuleProblem } from "../../../../src/flags/rules";
import type { UserContext } from "../../../../src/flags/types";
import { nodeBuckets } from "./node-bucket";

/** Compiles one flag, as it came over the wire, and evaluates it. */
export function evaluate(raw: unknown, user?: UserContext, key = "flag"): Flag {
  const compiled = compileRules(JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(raw)}}`)).get(
    key,
  );
  if (compiled === undefined) throw new Error("the flag was lost");
  return evaluateFlag(compiled, user, nodeBuckets);
}

/** Whether a condition holds for a user with one attribute, `it`. */
export function holds(operator: string, operand: unknown, value: unknown): boolean {
  const conditions = [{ attribute: "it", operator, value: operand }];
  const rules = [{ id: "r", enabled: true, rollout: 100, conditions }];
  const attributes = { it: value } as UserContext["attributes"] & object;
  return evaluate({ key: "flag", enabled: true, rollout: 0, rules }, { id: "u", attributes }).on;
}

/** What compiling a rule set reports. */
export function problemsOf(flags: unknown): RuleProblem[] {
  const problems: RuleProblem[] = [];
  compileRules(flags, (problem) => problems.push(problem));
  return problems;
}
