import { createRulesEngine } from "./rule-set";
import { sha256Bucket } from "./sha256-bucket";

/** The evaluator over our own hash; what browsers load when rules first arrive. */
export const rulesEngine = createRulesEngine(sha256Bucket);
