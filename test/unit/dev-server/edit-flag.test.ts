import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/dev-server/evaluation/canonical-json";
import { editFlag } from "../../../src/dev-server/flags-file/edit-flag";
import { parseFlagsFile } from "../../../src/dev-server/flags-file/parse";
import { patchFlag } from "../../../src/dev-server/flags-file/patch";

const FILE = `{
  // Of the shop.
  "flags": {
    "checkout": {
      "enabled": true, // since May
      /* A tenth. */ "rollout": 10,
      "targetUsers": [
        "ann", // tester
        // The boss.
        "bob"
      ] // none else
    },
    "one-line": { "enabled": false }, // later
    "tight": {"enabled":true,"targetUsers":["a","b"]},
  },
}
`;

describe("an edit of one flag", () => {
  it("replaces a value and nothing else", () => {
    expect(editFlag(FILE, "checkout", { enabled: false })).toBe(
      FILE.replace('"enabled": true, // since', '"enabled": false, // since'),
    );
    expect(editFlag(FILE, "checkout", { rollout: 12.5 })).toBe(
      FILE.replace('"rollout": 10', '"rollout": 12.5'),
    );
  });

  it("puts a new field where its neighbours are, behind their comments", () => {
    expect(editFlag(FILE, "one-line", { rollout: 50 })).toBe(
      FILE.replace('"enabled": false }', '"enabled": false, "rollout": 50 }'),
    );
    const file =
      '{\r\n\t"flags": {\r\n\t\t"x": {\r\n\t\t\t"enabled": true // on\r\n\t\t}\r\n\t}\r\n}';
    expect(editFlag(file, "x", { rollout: 0, targetUsers: ["a", "b"] })).toBe(
      file.replace(
        "true // on",
        'true, // on\r\n\t\t\t"rollout": 0,\r\n\t\t\t"targetUsers": ["a", "b"]',
      ),
    );
  });

  it("keeps entries of a list with their comments", () => {
    const users = (targetUsers: string[]) => editFlag(FILE, "checkout", { targetUsers });
    expect(users(["ann", "bob"])).toBe(FILE);
    expect(users(["ann", "bob", "eve"])).toBe(FILE.replace('"bob"\n', '"bob",\n        "eve"\n'));
    expect(users(["bob"])).toBe(FILE.replace('\n        "ann", // tester', ""));
    expect(users(["ann"])).toBe(
      FILE.replace('"ann", // tester', '"ann" // tester').replace('\n        "bob"', ""),
    );
    expect(users([])).toContain('"targetUsers": [] // none else');
    expect(users(["bob", "ann"])).toContain('"targetUsers": ["bob", "ann"] // none else');
    expect(editFlag(FILE, "tight", { targetUsers: ["b", "c"] })).toContain('["b", "c"]');
  });

  it("leaves a closing bracket outside a comment", () => {
    const file = '{ "flags": { "x": { "enabled": true, "targetUsers": [ "a", // A\n "b" ] } } }';
    expect(editFlag(file, "x", { targetUsers: ["a"] })).toBe(
      '{ "flags": { "x": { "enabled": true, "targetUsers": [ "a" // A\n  ] } } }',
    );
  });

  it("means what was asked for and keeps the comments, in every layout", () => {
    const blank = fc.constantFrom(
      "",
      " ",
      "\n",
      "\n  ",
      "\r\n\t",
      " /* c */ ",
      " // c\n  ",
      "\n// c\n",
    );
    const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
    const users = fc
      .tuple(ids, fc.array(blank, { minLength: 12, maxLength: 12 }), fc.boolean())
      .map(([list, gaps, isTrailing]) => {
        const gap = (index: number) => gaps[index] ?? "";
        const entries = list.map((id, index) => {
          const isLast = index === list.length - 1;
          const comma = !isLast || isTrailing ? `${gap(2 * index)},` : "";
          return `${gap(2 * index + 1)}"${id}"${comma}`;
        });
        return `[${entries.join("")}${gap(11)}]`;
      });
    const patch = fc.record(
      { enabled: fc.boolean(), rollout: fc.integer({ min: 0, max: 100 }), targetUsers: ids },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        users,
        blank,
        blank,
        fc.boolean(),
        patch,
        (list, before, after, isBom, change) => {
          const text = `${isBom ? "\uFEFF" : ""}{ "flags": { "__proto__": {${before}"enabled": true${after}}, "x": {${before}"targetUsers": ${list},${after}"enabled": true${before}} } }`;
          for (const key of ["x", "__proto__"]) {
            const edited = editFlag(text, key, change);
            expect(canonicalJson(parseFlagsFile(edited, "f"))).toBe(
              canonicalJson(patchFlag(parseFlagsFile(text, "f"), key, change)),
            );
            if (change.targetUsers === undefined) {
              expect(edited.split(/\/\/ c|\/\* c/).length).toBe(text.split(/\/\/ c|\/\* c/).length);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
