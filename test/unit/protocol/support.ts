import fc from "fast-check";
import { anyText } from "../../support/any-text";

/** Any JSON text, with keys that objects inherit more often than chance would have it. */
export function jsonText(): fc.Arbitrary<string> {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(
        fc.constantFrom("null", "true", "false", "0", "-1", "1.5", "1e999", '"OFF"', '"boolean"'),
        anyText().map((text) => JSON.stringify(text)),
      ),
      fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
      fc
        .array(fc.tuple(wireKey(), tie("value")), { maxLength: 5 })
        .map((members) => `{${members.map(([k, v]) => `${JSON.stringify(k)}:${v}`).join(",")}}`),
    ),
  }));
  return value.map(String);
}

/** Keys of flags: the protocol's words, what every object inherits, and anything else. */
export function wireKey(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "length", ""),
    fc.constantFrom("flags", "reasons", "key", "type", "value", "enabled", "reason", "kind"),
    anyText({ maxLength: 8 }),
  );
}

/** A JSON object built member by member in text, so that `__proto__` stays a member. */
export function objectText(members: Iterable<readonly [string, string]>): string {
  return `{${[...members].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
}
