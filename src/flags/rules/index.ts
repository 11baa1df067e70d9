export { type Bucket, type BucketOf, hashed } from "./bucket";

export { compileRules, type RuleProblem } from "./compile-rules";
export type { CompiledFlag } from "./compiled";
export { evaluateFlag } from "./evaluate-flag";
export { createRulesEngine, type RuleSet, type RulesEngine } from "./rule-set";
