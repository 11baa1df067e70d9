/** Where in the file something is, as keys and positions from the top. */
export type ProblemPath = readonly (string | number)[];

/** One thing wrong with a flags file. */
export interface Problem {
  readonly path: ProblemPath;
  /** Continues a sentence that starts with the path: `must be true or false, not "yes"`. */
  readonly message: string;
  /** The problem is the key at the end of `path`, not its value. */
  readonly aboutKey?: boolean;
}

/** `flags.checkout.rules[0].rollout`; keys that are no plain names are quoted: `flags["my flag"]`. */
export function formatPath(path: ProblemPath): string {
  const text = path
    .map((part) => {
      if (typeof part === "number") return `[${part}]`;
      return /^[\w$-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
    })
    .join("");
  return text.startsWith(".") ? text.slice(1) : text;
}
