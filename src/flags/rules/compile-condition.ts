import type { CompiledCondition } from "./compiled";
import { isRecord } from "./is-record";
import { type Question, questionOf } from "./operators";
import type { PatternCompiler } from "./patterns";

const ALWAYS: Question = { test: () => true, operand: undefined };
const NEVER: Question = { test: () => false, operand: undefined };

/** Compiles one condition; `undefined` when it cannot be read, and so never holds. */
export function compileCondition(
  raw: unknown,
  compilePattern: PatternCompiler,
): CompiledCondition | undefined {
  if (!isRecord(raw)) return undefined;
  const { attribute, operator, value } = raw;
  if (typeof attribute !== "string") return undefined;
  if (operator === "is_set") return condition(attribute, false, ALWAYS);
  if (operator === "is_not_set") return condition(attribute, true, NEVER);
  const question = questionOf(operator, value, compilePattern);
  return question && condition(attribute, false, question);
}

function condition(
  attribute: string,
  whenUnset: boolean,
  { test, operand }: Question,
): CompiledCondition {
  return { attribute, whenUnset, test, operand, next: undefined };
}
