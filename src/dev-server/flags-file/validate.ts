import * as v from "valibot";
import { UNKNOWN_FIELD } from "./closed-object";
import type { Problem } from "./problem";
import { checkReferences } from "./references";
import { flagsFileSchema } from "./schema";
import type { FlagsFile } from "./types";

/** Checks a document: its shape first and, when that holds, its references. */
export function findProblems(document: unknown): readonly Problem[] {
  const { issues } = v.safeParse(flagsFileSchema, document);
  if (issues === undefined) return checkReferences(document as FlagsFile);
  const problems = issues.map((issue) => ({
    path: (issue.path ?? []).map((part) => part.key as string | number),
    message: issue.message,
    aboutKey: issue.message.startsWith(UNKNOWN_FIELD),
  }));
  // A misspelt field first: it may be why another one is missing.
  return problems.sort((a, b) => Number(b.aboutKey) - Number(a.aboutKey));
}
