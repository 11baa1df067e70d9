import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { deepFreeze } from "./deep-freeze";
import { findTooDeep } from "./depth";
import { findDuplicates } from "./duplicates";
import { FlagsFileError, problemAt } from "./flags-file-error";
import { locate, positionAt } from "./position";
import type { FlagsFile } from "./types";
import { findProblems } from "./validate";

const TOO_DEEP = "is nested deeper here than flags can be";

/**
 * Reads the text of a flags file: JSON in which comments and trailing commas are allowed.
 *
 * @param name what messages call the file
 * @throws FlagsFileError
 */
export function parseFlagsFile(text: string, name: string): FlagsFile {
  const root = parseDocument(text.replace(/^\uFEFF/, " "), name);
  const [duplicate] = findDuplicates(text, root);
  if (duplicate !== undefined) {
    throw new FlagsFileError(
      [problemAt(duplicate.path, duplicate.message, duplicate.position)],
      name,
    );
  }
  const document: unknown = getNodeValue(root);
  const problems = findProblems(document);
  if (problems.length > 0) {
    const located = problems.map((problem) =>
      problemAt(problem.path, problem.message, locate(text, root, problem)),
    );
    throw new FlagsFileError(located, name);
  }
  return deepFreeze(document as FlagsFile);
}

/**
 * Checks flags given as an object and copies them, so that later changes to the object change nothing.
 *
 * @throws FlagsFileError
 */
export function copyFlagsFile(input: unknown): FlagsFile {
  const document = jsonCopy(input);
  const problems = findProblems(document);
  if (problems.length > 0) {
    throw new FlagsFileError(problems.map(({ path, message }) => problemAt(path, message)));
  }
  return deepFreeze(document as FlagsFile);
}

function parseDocument(text: string, name: string): Node {
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined)
    throw new FlagsFileError([problemAt([], TOO_DEEP, positionAt(text, tooDeep))], name);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (root !== undefined && error === undefined) return root;
  const code = error === undefined ? "ValueExpected" : printParseErrorCode(error.error);
  const what = code.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  const message =
    text.trim() === "" ? 'is empty: write { "flags": {} }' : `is no JSON here (${what})`;
  throw new FlagsFileError([problemAt([], message, positionAt(text, error?.offset ?? 0))], name);
}

function jsonCopy(input: unknown): unknown {
  const text = jsonTextOf(input);
  if (findTooDeep(text) !== undefined) throw new FlagsFileError([problemAt([], TOO_DEEP)]);
  return JSON.parse(text);
}

function jsonTextOf(input: unknown): string {
  try {
    return JSON.stringify(input) ?? "null";
  } catch (cause) {
    throw new FlagsFileError(
      [problemAt([], "must be plain JSON, without cycles")],
      undefined,
      cause,
    );
  }
}
