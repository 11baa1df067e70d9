import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localRules } from "../../../src/dev-server/evaluation/local/local-rules";
import { findProblems } from "../../../src/dev-server/flags-file/validate";
import { bothSides } from "./evaluate-locally";
import { anyFile, anyUser } from "./local-arbitraries";

const users = fc.array(anyUser, { minLength: 10, maxLength: 10 });

describe("rules for local evaluation", () => {
  it("answer as the server does, for every flag that is sent and every user", () => {
    const count = { flags: 0, sent: 0 };
    fc.assert(
      fc.property(anyFile, users, (file, some) => {
        expect(findProblems(file)).toEqual([]);
        const { keys, server, client } = bothSides(file);
        count.flags += Object.keys(file.flags).length;
        count.sent += keys.length;
        for (const user of some) expect([user, client(user)]).toEqual([user, server(user)]);
      }),
      { numRuns: 300 },
    );
    // Otherwise the files would not be worth asking about.
    expect(count.sent).toBeGreaterThan(count.flags / 2);
    expect(count.sent).toBeLessThan(count.flags);
  });

  it("never ask about a segment, and have one problem for each flag that is not sent", () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const { flags, problems } = localRules(file);
        const conditions = Object.values(flags).flatMap((flag) =>
          (flag?.rules ?? []).flatMap((rule) => rule.conditions),
        );
        expect(conditions.filter(({ attribute }) => attribute === "segment")).toEqual([]);
        const refused = Object.keys(flags).filter((key) => flags[key] === null);
        expect(problems.map(({ key }) => key)).toEqual(refused);
      }),
      { numRuns: 200 },
    );
  });
});
