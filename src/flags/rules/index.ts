export type { Bucket } from "./bucket";

export { compileRules, type RuleProblem } from "./compile-rules";
export type { CompiledFlag } from "./compiled";
export { evaluateFlag } from "./evaluate-flag";
