import type { EvaluationDetail, EvaluationReason } from "rollgate";
import { describe, expect, it } from "vitest";
import {
  booleanResolution,
  resolutionOf,
  targetingKeyMissing,
} from "../../../src/openfeature/resolution";
import { readPages, rowsOf, sectionOf } from "../../docs/markdown";

const detail = (
  reason: EvaluationReason,
  rest: Partial<EvaluationDetail<unknown>> = {},
): EvaluationDetail<unknown> => ({
  value: true,
  reason,
  source: "network",
  stale: false,
  version: 3,
  updatedAt: 1_000,
  ...rest,
});

it("keeps value and variation, and says where they come from", () => {
  const reason = { kind: "RULE_MATCH", ruleId: "r", ruleIndex: 0, inRollout: false } as const;
  expect(resolutionOf(detail(reason, { variationId: "blue", value: "#00f" }))).toEqual({
    value: "#00f",
    variant: "blue",
    reason: "TARGETING_MATCH",
    flagMetadata: {
      source: "network",
      stale: false,
      version: 3,
      updatedAt: 1_000,
      ruleId: "r",
      ruleIndex: 0,
      inRollout: false,
    },
  });
  const { updatedAt: _, ...bare } = detail({ kind: "OFF" });
  expect(resolutionOf(bare)).toEqual({
    value: true,
    reason: "DISABLED",
    flagMetadata: { source: "network", stale: false, version: 3 },
  });
});

it("takes a value of another type for a mismatch, where a boolean was asked for", () => {
  const found = detail({ kind: "FALLTHROUGH" }, { value: "on" });
  expect(booleanResolution(found, false)).toMatchObject({
    value: false,
    reason: "ERROR",
    errorCode: "TYPE_MISMATCH",
    flagMetadata: { source: "default" },
  });
  expect(booleanResolution({ ...found, value: true }, false)).toMatchObject({
    value: true,
    reason: "DEFAULT",
  });
});

it("names no reason for an error that came without its kind", () => {
  expect(resolutionOf(detail({ kind: "ERROR" }))).toMatchObject({ errorCode: "GENERAL" });
});

it("needs a targeting key", () => {
  expect(targetingKeyMissing(7)).toMatchObject({
    value: 7,
    reason: "ERROR",
    errorCode: "TARGETING_KEY_MISSING",
  });
});

describe("the tables of docs/openfeature.md", () => {
  const page = readPages().find(({ path }) => path === "docs/openfeature.md");
  const answers = { path: "", text: sectionOf(page ?? { path: "", text: "" }, "## Answers") };
  const rows = (heading: string) =>
    rowsOf({ path: "", text: sectionOf(answers, heading) })
      .slice(1)
      .map((cells) => cells.map((cell) => cell.replaceAll("`", "")));

  it("say which reason each gets", () => {
    const kinds = ["OFF", "TARGET_MATCH", "RULE_MATCH", "FALLTHROUGH"] as const;
    const got = [
      ["source: override", resolutionOf(detail({ kind: "OFF" }, { source: "override" })).reason],
      ["stale: true", resolutionOf(detail({ kind: "OFF" }, { stale: true })).reason],
      ...kinds.map((kind) => [kind, resolutionOf(detail({ kind })).reason]),
      ["UNKNOWN, ERROR", resolutionOf(detail({ kind: "ERROR" })).reason],
    ];
    expect(rows("### Reasons").map(([kind, reason]) => [kind, reason])).toEqual(got);
  });

  it("say which code each error gets", () => {
    const kinds = {
      CLIENT_NOT_READY: true,
      WRONG_TYPE: true,
      MALFORMED_FLAG: true,
      RULES_NOT_AVAILABLE: true,
      STALE: true,
      EXCEPTION: true,
    } satisfies Record<NonNullable<EvaluationReason["errorKind"]>, true>;
    const got = [
      ["UNKNOWN", resolutionOf(detail({ kind: "UNKNOWN" })).errorCode],
      ...Object.keys(kinds).map((errorKind) => [
        errorKind,
        resolutionOf(detail({ kind: "ERROR", errorKind } as EvaluationReason)).errorCode,
      ]),
      ["no targetingKey, on a server", targetingKeyMissing(0).errorCode],
    ];
    expect(rows("### Errors").map(([kind, code]) => [kind, code])).toEqual(got);
  });

  it("list what is in the metadata", () => {
    const reason = { kind: "RULE_MATCH", ruleId: "r", ruleIndex: 0, inRollout: true } as const;
    const { flagMetadata = {} } = resolutionOf(detail(reason));
    expect(rows("### Metadata").map(([name]) => name)).toEqual(Object.keys(flagMetadata));
  });
});
