import type { Compilation } from "./compilation";
import type { CompiledCondition } from "./compiled";
import { readOperand } from "./operand";
import { OPERATORS } from "./operators";
import { isRecord } from "./raw";

const never = () => false;
const always = () => true;

/** Compiles one condition. What cannot be read never holds, as on the server. */
export function compileCondition(
  raw: unknown,
  where: string,
  compilation: Compilation,
): CompiledCondition {
  const attribute = isRecord(raw) ? raw["attribute"] : undefined;
  if (!isRecord(raw) || typeof attribute !== "string") {
    compilation.report(`${where} names no attribute; it never matches`);
    return { attribute: "", whenUnset: false, test: never };
  }
  const name = raw["operator"];
  if (name === "is_set") return { attribute, whenUnset: false, test: always };
  if (name === "is_not_set") return { attribute, whenUnset: true, test: never };

  const operator = OPERATORS.get(name);
  const operand = readOperand(raw["value"]);
  if (operator === undefined || operand === undefined) {
    const part = operator === undefined ? "operator" : "value";
    compilation.report(`${where} has an unreadable ${part}; it never matches`);
    return { attribute, whenUnset: false, test: never };
  }
  const compile = (pattern: string) => compilation.regex(pattern, where);
  return { attribute, whenUnset: false, test: operator(operand, compile) ?? never };
}
