import { RollgateError } from "../../errors/rollgate-error";
import { formatPath, type ProblemPath } from "./problem";

/** One problem of a flags file, with its place. */
export interface FlagsFileProblem {
  /** Place in the document, such as `flags.checkout.rollout`; empty for the whole. */
  readonly path: string;
  /** Continues a sentence that starts with the path. */
  readonly message: string;
  /** Line from 1; absent when the flags did not come from a file. */
  readonly line?: number;
  /** Column from 1; absent when the flags did not come from a file. */
  readonly column?: number;
}

/**
 * A flags file, or flags given as an object, that cannot be used. The message
 * is one sentence: file, line, column, path and what to write instead.
 */
export class FlagsFileError extends RollgateError {
  override readonly name: string = "FlagsFileError";
  /** Everything wrong, fields that are not known before all else; the message tells the first. Never empty. */
  readonly problems: readonly FlagsFileProblem[];

  constructor(problems: readonly FlagsFileProblem[], file?: string, cause?: unknown) {
    super(sentence(problems, file), {
      code: "INVALID_FLAGS_FILE",
      category: "configuration",
      cause,
    });
    this.problems = problems;
  }
}

/** Text for one problem at a place of a parsed document. */
export function problemAt(
  path: ProblemPath,
  message: string,
  position?: { readonly line: number; readonly column: number },
): FlagsFileProblem {
  return { path: formatPath(path), message, ...position };
}

function sentence(problems: readonly FlagsFileProblem[], file: string | undefined): string {
  const [first, ...others] = problems;
  if (first === undefined) return "The flags cannot be used.";
  const place = [file, first.line, first.column].filter((part) => part !== undefined).join(":");
  const subject = first.path === "" ? whole(file) : first.path;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return `${place === "" ? "" : `${place}: `}${subject} ${first.message}${more}.`;
}

function whole(file: string | undefined): string {
  return file === undefined ? "the flags object" : "the file";
}
