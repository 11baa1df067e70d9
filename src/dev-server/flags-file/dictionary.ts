import * as v from "valibot";
import { isRecord } from "../is-record";

/**
 * Schema of an object with any keys, each value checked by `schema`. Unlike
 * valibot's `record`, which skips them, it checks `__proto__`, `constructor`
 * and `prototype` like any other key.
 */
export function dictionary(schema: v.GenericSchema, message: string) {
  return v.pipe(
    v.custom<Record<string, unknown>>(isRecord, message),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const input = dataset.value;
      for (const key of Object.keys(input)) {
        const value = input[key];
        for (const issue of v.safeParse(schema, value).issues ?? []) {
          addIssue({
            message: issue.message,
            input: issue.input,
            expected: issue.expected ?? "",
            received: issue.received,
            path: [{ type: "object", origin: "value", input, key, value }, ...(issue.path ?? [])],
          });
        }
      }
    }),
  );
}
