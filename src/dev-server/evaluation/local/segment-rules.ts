import type { Condition } from "../../../flags/types";
import { segmentNames } from "../../flags-file/segment-names";
import type { ConditionDefinition, SegmentDefinition } from "../../flags-file/types";
import { type Alternatives, all, either, NEVER, only } from "./alternatives";
import { patternsOf, patternsOfOthers } from "./id-patterns";
import { Inexpressible } from "./inexpressible";
import { matching, opposite } from "./opposite";
import { isReadable } from "./readable";

type Group = readonly ConditionDefinition[];

/** What a rule about everybody asks; one that asks nothing would match nobody. */
const EVERYBODY: readonly Condition[] = [{ attribute: "id", operator: "is_set" }];

/** Says who is in a segment by conditions on the user alone. */
export class SegmentRules {
  readonly #segments: Readonly<Record<string, SegmentDefinition>>;
  readonly #inside = new Map<string, Alternatives>();
  readonly #outside = new Map<string, Alternatives>();

  /** @param segments checked, and so free of cycles */
  constructor(segments: Readonly<Record<string, SegmentDefinition>>) {
    this.#segments = segments;
  }

  /**
   * Lists of conditions of which one matches exactly whom `conditions` match;
   * none when those match nobody.
   *
   * @throws Inexpressible
   */
  alternatives(conditions: Group): readonly (readonly Condition[])[] {
    const [asked = ""] = conditions.flatMap(segmentNames);
    const found = Inexpressible.about(asked, () => this.#matching(conditions));
    return found.map((one) => (one.size === 0 ? EVERYBODY : [...one.values()]));
  }

  #matching(group: Group): Alternatives {
    if (group.length === 0) return NEVER;
    return all(group.map((condition) => this.#asks(condition, matching)));
  }

  #notMatching(group: Group): Alternatives {
    return either(group.map((condition) => this.#asks(condition, opposite)));
  }

  /** @param say what to do with a condition about the user itself */
  #asks(condition: ConditionDefinition, say: typeof matching | typeof opposite): Alternatives {
    if (condition.attribute !== "segment") return say(condition);
    const names = segmentNames(condition);
    return (condition.operator === "in") === (say === matching)
      ? either(names.map((name) => this.#in(name)))
      : all(names.map((name) => this.#notIn(name)));
  }

  #in(name: string): Alternatives {
    return remember(this.#inside, name, () => {
      const { users, groups } = this.#membersOf(name);
      const listed = patternsOf(users).map(idMatches);
      return either([...listed, ...groups.map((group) => this.#matching(group))]);
    });
  }

  #notIn(name: string): Alternatives {
    return remember(this.#outside, name, () => {
      const { users, groups } = this.#membersOf(name);
      // `not_in` ignores case: the patterns are for ids that differ from a listed one in case
      // only. It is more than a shortcut, since no pattern matches a very long id.
      const differs = only({ attribute: "id", operator: "not_in", value: [...new Set(users)] });
      const unlisted = either([differs, all(patternsOfOthers(users).map(idMatches))]);
      return all([unlisted, ...groups.map((group) => this.#notMatching(group))]);
    });
  }

  #membersOf(name: string) {
    const segment = Object.hasOwn(this.#segments, name) ? this.#segments[name] : undefined;
    const { users = [], conditions = [], rules = [] } = segment ?? {};
    const groups = [conditions, ...rules.map((rule) => rule.conditions)];
    return { users, groups: groups.filter(canMatch) };
  }
}

function idMatches(pattern: string): Alternatives {
  return only({ attribute: "id", operator: "regex", value: pattern });
}

/** A group without conditions, or with one that cannot be read, matches nobody. */
function canMatch(group: Group): boolean {
  return group.length > 0 && group.every((one) => one.attribute === "segment" || isReadable(one));
}

function remember(
  known: Map<string, Alternatives>,
  name: string,
  find: () => Alternatives,
): Alternatives {
  const found = known.get(name) ?? Inexpressible.about(name, find);
  known.set(name, found);
  return found;
}
