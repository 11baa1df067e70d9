import { FALLTHROUGH_IN, FALLTHROUGH_OUT, type Flag } from "../flag";
import type { EvaluationReason } from "../types";
import { chain } from "./chain";
import { compileRule } from "./compile-rule";
import type { CompiledFlag } from "./compiled";
import { isRecord } from "./is-record";
import type { PatternCompiler } from "./patterns";
import { type Serve, serveOf, servePlain } from "./serve";

const OFF: EvaluationReason = Object.freeze({ kind: "OFF" });
const TARGET_MATCH: EvaluationReason = Object.freeze({ kind: "TARGET_MATCH" });

// One set of answers for all plain flags: there may be 10 000 of them.
const PLAIN_ANSWERS = answersOf(servePlain);

/**
 * Compiles one flag; `undefined` when a part of it cannot be read that decides
 * for everybody: a guess could switch it on for users who were kept out.
 *
 * @param report told which lesser part cannot be read.
 */
export function compileFlag(
  key: string,
  index: number,
  raw: unknown,
  compilePattern: PatternCompiler,
  report: (part: string) => void,
): CompiledFlag | undefined {
  if (!isRecord(raw)) return undefined;
  const { enabled } = raw;
  const serve = serveOf(raw);
  if (typeof enabled !== "boolean" || !serve) return undefined;
  const answers = serve === servePlain ? PLAIN_ANSWERS : answersOf(serve);
  if (!enabled) return fixedFlag(index, answers.off);

  const targets = raw["targetUsers"] ?? [];
  const rules = raw["rules"] ?? [];
  const rollout = raw["rollout"] ?? 0;
  if (!Array.isArray(targets) || !Array.isArray(rules) || typeof rollout !== "number") {
    return undefined;
  }
  return {
    index,
    targeted: answers.targeted,
    inside: answers.inside,
    outside: answers.outside,
    seed: `${typeof raw["key"] === "string" ? raw["key"] : key}:`,
    targets: targets.length > 0 ? new Set(targets) : undefined,
    rule: chain(
      rules
        .map((rule, index) => compileRule(rule, index, serve, compilePattern, report))
        .filter((rule) => rule !== undefined),
    ),
    rollout,
    lastId: "",
    lastBucket: 0,
  };
}

/** A flag that answers the same for everybody. */
export function fixedFlag(index: number, flag: Flag): CompiledFlag {
  return {
    index,
    targeted: flag,
    inside: flag,
    outside: flag,
    seed: "",
    targets: undefined,
    rule: undefined,
    rollout: 0,
    lastId: "",
    lastBucket: 0,
  };
}

function answersOf(serve: Serve) {
  return {
    off: serve(false, OFF),
    targeted: serve(true, TARGET_MATCH),
    inside: serve(true, FALLTHROUGH_IN),
    outside: serve(false, FALLTHROUGH_OUT),
  };
}
