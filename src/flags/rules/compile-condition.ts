import type { CompiledCondition } from "./compiled";
import { never, type Test } from "./condition-test";
import { isRecord } from "./is-record";
import { operatorTest } from "./operators";
import type { PatternCompiler } from "./patterns";

const always: Test = () => true;

/** Compiles one condition; `undefined` when it cannot be read, and so never holds. */
export function compileCondition(
  raw: unknown,
  compilePattern: PatternCompiler,
): CompiledCondition | undefined {
  if (!isRecord(raw)) return undefined;
  const { attribute, operator, value } = raw;
  if (typeof attribute !== "string") return undefined;
  if (operator === "is_set") return { attribute, whenUnset: false, test: always };
  if (operator === "is_not_set") return { attribute, whenUnset: true, test: never };
  const test = operatorTest(operator, value, compilePattern);
  return test && { attribute, whenUnset: false, test };
}
