import { type CompiledFlag, compileRules, evaluateFlag, type RuleProblem } from "../../flags/rules";
import type { Condition, UserContext } from "../../flags/types";
import { segmentNames, segmentOrder } from "../flags-file/segment-names";
import type { ConditionDefinition, SegmentDefinition } from "../flags-file/types";
import { bucketOf } from "./bucket";
import { toFlagRule } from "./flag-rule";

/**
 * Answers conditions on segments before the evaluator sees them. Each set of
 * segments that some condition asks about becomes an attribute of its own,
 * true or false, and the condition a plain question about that attribute; so
 * rules keep their number and place, which reasons report.
 */
export class Segments {
  /** Names of all segments, each after those it asks about. */
  readonly #order: readonly string[];
  /** Segments as flags that are on for their members. */
  readonly #members: ReadonlyMap<string, CompiledFlag>;
  /** Attribute → the segments of which one must hold the user. */
  readonly #questions = new Map<string, readonly string[]>();

  constructor(
    segments: Readonly<Record<string, SegmentDefinition>>,
    report: (problem: RuleProblem) => void,
  ) {
    this.#order = segmentOrder(segments);
    const rules = this.#order.map((name) => [name, this.#asFlag(name, segments[name])]);
    this.#members = compileRules(Object.fromEntries(rules), report);
  }

  /** The condition as the evaluator is to ask it of a user from {@link describe}. */
  readonly resolve = (condition: ConditionDefinition): Condition => {
    if (condition.attribute !== "segment") return condition;
    const names = segmentNames(condition);
    const attribute = `segment in ${JSON.stringify(names)}`;
    this.#questions.set(attribute, names);
    return { attribute, operator: "equals", value: condition.operator === "in" };
  };

  /** The user with the answers to all questions about segments added to the attributes. */
  describe(user: UserContext): UserContext {
    if (this.#questions.size === 0) return user;
    const inside = new Set<string>();
    const answer = (): UserContext => {
      const attributes = Object.assign(Object.create(null), user.attributes);
      for (const [attribute, names] of this.#questions) {
        attributes[attribute] = names.some((name) => inside.has(name));
      }
      return { ...user, attributes };
    };
    for (const name of this.#order) {
      const segment = this.#members.get(name);
      if (segment !== undefined && evaluateFlag(segment, answer(), bucketOf).on) inside.add(name);
    }
    return answer();
  }

  #asFlag(name: string, segment: SegmentDefinition = {}) {
    const { users = [], conditions = [], rules = [] } = segment;
    return toFlagRule(
      name,
      { enabled: true, rollout: 0, targetUsers: users, rules: [{ conditions }, ...rules] },
      this.resolve,
    );
  }
}
