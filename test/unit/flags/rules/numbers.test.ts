import { describe, expect, test } from "vitest";
import { holds } from "./evaluate";

describe("numbers", () => {
  test.each([
    [5, 10, "lt"],
    ["5", "10", "lt"],
    ["-3.25", -3, "lt"],
    [1e21, "1e21", "eq"],
    ["5e-7", 5e-7, "eq"],
    ["+5", ".5e1", "eq"],
    ["5.", "5", "eq"],
    [" 5 ", "5", "eq"],
    ["5 %", "5", "eq"],
    ["1.9.9", "1.9", "eq"],
    ["1..2", 1, "eq"],
    ["0x10", "0", "eq"],
    ["1_000", "1", "eq"],
    ["10", "9", "gt"],
    ["-0", "0", "eq"],
  ])("%j against %j: %s", (value, operand, order) => {
    const answer = {
      greater_than: holds("greater_than", operand, value),
      gt: holds("gt", operand, value),
      greater_equal: holds("greater_equal", operand, value),
      gte: holds("gte", operand, value),
      less_than: holds("less_than", operand, value),
      lt: holds("lt", operand, value),
      less_equal: holds("less_equal", operand, value),
      lte: holds("lte", operand, value),
    };
    const greater = order === "gt";
    const less = order === "lt";
    expect(answer).toEqual({
      greater_than: greater,
      gt: greater,
      greater_equal: !less,
      gte: !less,
      less_than: less,
      lt: less,
      less_equal: !greater,
      lte: !greater,
    });
  });

  test.each([
    [" "],
    ["abc"],
    ["v2.0"],
    ["Infinity"],
    ["-Infinity"],
    ["1e999"],
    ["NaN"],
    [true],
    ["٣"],
  ])("%j is no number, on either side", (odd) => {
    for (const operator of ["gt", "gte", "lt", "lte"]) {
      expect([holds(operator, odd, 1), holds(operator, 1, odd)]).toEqual([false, false]);
    }
  });
});

describe("versions", () => {
  test.each([
    ["1.2.3", "1.2.3", 0],
    ["v1.2.3", "1.2.3", 0],
    ["1.10.0", "1.9.9", 1],
    ["1.0", "1.0.0", 0],
    ["1.0.0.1", "1", 1],
    ["2", "v10.0", -1],
    [2, "2.0.0", 0],
    [1.5, "1.10", -1],
    ["1.2.3-beta", "1.2.3", 0],
    ["1.2.3+build.7", "1.2.3.7", 0],
    ["1.2.3-rc.4", "1.2.3", 1],
    ["01.002", "1.2", 0],
    ["9007199254740991", "9007199254740990", 1],
  ])("%j against %j: %s", (value, operand, order) => {
    const answer = ["eq", "gt", "gte", "lt", "lte"].map((it) =>
      holds(`semver_${it}`, operand, value),
    );
    expect(answer).toEqual([order === 0, order > 0, order >= 0, order < 0, order <= 0]);
  });

  test.each([
    ["x.y"],
    ["1..2"],
    ["1."],
    [".1"],
    ["-1.0"],
    ["vv1"],
    ["V1"],
    [" 1.0"],
    ["1.0 "],
    ["1.x"],
    ["1.0rc1"],
    ["1e3"],
    ["9007199254740992"],
    [true],
    ["v"],
  ])("%j is no version, on either side", (odd) => {
    for (const it of ["eq", "gt", "gte", "lt", "lte"]) {
      expect([holds(`semver_${it}`, odd, "1.0"), holds(`semver_${it}`, "1.0", odd)]).toEqual([
        false,
        false,
      ]);
    }
  });
});
