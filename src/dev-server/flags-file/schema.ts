import * as v from "valibot";
import { closedObject } from "./closed-object";
import { dictionary } from "./dictionary";
import { OPERATORS } from "./operators";
import { butGot } from "./wording";

const bool = v.boolean(butGot("must be true or false"));
const text = v.string(butGot("must be text"));
const name = v.pipe(text, v.minLength(1, "must not be empty"));
const PERCENT = butGot("must be a number from 0 to 100");
const percentage = v.pipe(v.number(PERCENT), v.minValue(0, PERCENT), v.maxValue(100, PERCENT));

function list<const Item extends v.GenericSchema>(item: Item, what: string) {
  return v.array(item, butGot(`must be a list of ${what}`));
}

const scalar = v.union(
  [v.string(), v.number(), v.boolean()],
  butGot("must be text, a number, true or false"),
);

const condition = closedObject({
  attribute: name,
  operator: v.picklist(OPERATORS, butGot(`must be one of ${OPERATORS.join(", ")}`)),
  value: v.optional(
    v.union(
      [v.string(), v.number(), v.boolean(), v.array(scalar)],
      butGot("must be text, a number, true, false or a list of those"),
    ),
  ),
});

const rule = closedObject({
  id: v.optional(name),
  name: v.optional(text),
  enabled: v.optional(bool),
  rollout: v.optional(percentage),
  conditions: list(condition, "conditions"),
  variationId: v.optional(name),
});

const targetUsers = list(name, "user ids");

const flag = closedObject({
  enabled: bool,
  description: v.optional(text),
  rollout: v.optional(percentage),
  targetUsers: v.optional(targetUsers),
  rules: v.optional(list(rule, "rules")),
  type: v.optional(
    v.picklist(
      ["boolean", "string", "number", "json"],
      butGot("must be boolean, string, number or json"),
    ),
  ),
  defaultValue: v.optional(v.unknown()),
  variations: v.optional(
    list(closedObject({ id: name, name: v.optional(text), value: v.unknown() }), "variations"),
  ),
});

const segment = closedObject({
  description: v.optional(text),
  users: v.optional(list(name, "user ids")),
  conditions: v.optional(list(condition, "conditions")),
  rules: v.optional(list(closedObject({ conditions: list(condition, "conditions") }), "rules")),
});

/** The fields of a flag that can be changed one by one. */
export const flagPatchSchema = closedObject({
  enabled: v.optional(bool),
  // Minus zero is JSON, too, and would be written as another number.
  rollout: v.optional(
    v.pipe(
      percentage,
      v.transform((percent) => percent + 0),
    ),
  ),
  targetUsers: v.optional(targetUsers),
});

/** The shape of a flags file; references between its parts are checked by `checkReferences`. */
export const flagsFileSchema = closedObject({
  $schema: v.optional(text),
  flags: dictionary(flag, "must be an object of flags by key"),
  segments: v.optional(dictionary(segment, "must be an object of segments by name")),
});
