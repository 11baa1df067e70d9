import { describe, expect, it } from "vitest";
import { createEvaluationCounter } from "../../../src/tracking/evaluation-counter";

describe("the evaluation counter", () => {
  it("adds up evaluations per flag and outcome, under any key", () => {
    const counter = createEvaluationCounter();
    counter.add("a", 2, 1);
    counter.add("a", 1, 0);
    for (const key of ["__proto__", "constructor", ""]) counter.add(key, 0, 1);

    expect(counter.stats()).toEqual({ flagCount: 4, evaluationCount: 7 });
    expect([...counter.take()]).toEqual([
      ["a", { total: 4, true: 3, false: 1 }],
      ["__proto__", { total: 1, true: 0, false: 1 }],
      ["constructor", { total: 1, true: 0, false: 1 }],
      ["", { total: 1, true: 0, false: 1 }],
    ]);
  });

  it("reports no flag that was not evaluated", () => {
    const counter = createEvaluationCounter();
    counter.add("a", 0, 0);

    expect(counter.stats()).toEqual({ flagCount: 0, evaluationCount: 0 });
    expect(counter.take()).toEqual(new Map());
  });

  it("starts over once a report succeeded, keeping what was counted meanwhile", () => {
    const counter = createEvaluationCounter();
    counter.add("a", 1, 0);
    counter.take();
    counter.add("a", 0, 1);
    counter.add("b", 1, 0);

    expect(counter.stats()).toEqual({ flagCount: 2, evaluationCount: 3 });
    counter.commit();
    expect(counter.stats()).toEqual({ flagCount: 2, evaluationCount: 2 });
    counter.restore();
    expect(counter.take()).toEqual(
      new Map([
        ["a", { total: 1, true: 0, false: 1 }],
        ["b", { total: 1, true: 1, false: 0 }],
      ]),
    );
  });

  it("puts a failed report into the next one, once", () => {
    const counter = createEvaluationCounter();
    counter.add("a", 1, 0);
    const failed = counter.take();
    counter.add("a", 0, 2);
    counter.restore();
    counter.restore();

    expect(failed).toEqual(new Map([["a", { total: 1, true: 1, false: 0 }]]));
    expect(counter.take()).toEqual(new Map([["a", { total: 3, true: 1, false: 2 }]]));
  });

  it("loses nothing when a report is taken before the last one was settled", () => {
    const counter = createEvaluationCounter();
    counter.add("a", 1, 0);
    counter.take();
    counter.add("a", 1, 0);

    expect(counter.take()).toEqual(new Map([["a", { total: 2, true: 2, false: 0 }]]));
    expect(counter.stats()).toEqual({ flagCount: 1, evaluationCount: 2 });
  });
});
