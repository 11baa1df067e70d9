/** One subcommand of `rollgate`. */
export interface Command {
  /** What a person types after `rollgate`. */
  readonly name: string;
  /** One line for `rollgate --help`. */
  readonly summary: string;
  /**
   * Does it.
   *
   * @param args what follows the name
   * @returns the exit code; may take as long as the command lives
   * @throws UsageError, RollgateError: told as one sentence, with exit code 2
   * @throws Failure: the same, with exit code 1
   */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Where a command reads and writes. */
export interface Terminal {
  /** Writes a line to stdout. */
  print(line: string): void;
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly interrupted: Promise<void>;
}
