export type { Bucket } from "./bucket";
export type { RuleProblem } from "./compilation";
export { compileRules } from "./compile-rules";
export type { CompiledFlag } from "./compiled";
export { evaluateFlag } from "./evaluate-flag";
