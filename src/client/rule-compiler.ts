import { InvalidResponseError, type Redact, RollgateError } from "../errors";
import type { RuleSet, RulesEngine } from "../flags/rules";
import type { RawRules } from "../protocol";

/** How many problems are remembered as told beside those of the newest rules, and how many characters of them an error quotes. */
const MAX_TOLD = 1_000;
const MAX_QUOTED = 300;

export interface RuleCompilerOptions {
  /** Loads the evaluator; asked again after it failed. */
  readonly load: () => Promise<RulesEngine>;
  readonly report: (error: RollgateError) => void;
  readonly redact: Redact;
}

/** A rule set in force, with the text of its rules as they came. */
export interface CompiledRules {
  readonly rules: RuleSet;
  readonly raw: RawRules;
}

/**
 * Compiles rule sets, and holds the one that the stream sent last: machines only
 * say that there is one. A part that cannot be evaluated is reported once.
 */
export class RuleCompiler {
  readonly #options: RuleCompilerOptions;
  readonly #told = new Set<string>();
  #engine: RulesEngine | undefined;
  #incoming: RawRules | undefined;
  #compiled: CompiledRules | undefined;

  constructor(options: RuleCompilerOptions) {
    this.#options = options;
  }

  /** Takes what the stream sent; what came before it is of no interest any more. */
  receive(raw: RawRules): void {
    this.#incoming = raw;
  }

  /** Compiles what the stream sent last. Rejects when the evaluator cannot be loaded. */
  async compileReceived(): Promise<void> {
    const raw = this.#incoming;
    if (raw !== undefined) this.#compiled = { rules: await this.compile(raw), raw };
  }

  /** Hands over what was compiled last. */
  take(): CompiledRules | undefined {
    const compiled = this.#compiled;
    this.#compiled = undefined;
    this.#incoming = undefined;
    return compiled;
  }

  /** @throws RollgateError with the code `RULES_NOT_LOADED` when the evaluator cannot be loaded. */
  async compile({ version, flags }: RawRules): Promise<RuleSet> {
    const engine = await this.#load();
    const problems = new Set<string>();
    const rules = engine(version, flags, ({ key, message }) => problems.add(`${key}: ${message}`));
    const news = this.#untold(problems);
    if (news.length > 0) this.#options.report(this.#errorOf(news));
    return rules;
  }

  async #load(): Promise<RulesEngine> {
    try {
      this.#engine ??= await this.#options.load();
      return this.#engine;
    } catch (cause) {
      throw new RollgateError(
        "The evaluator of rules could not be loaded; the server goes on evaluating.",
        { code: "RULES_NOT_LOADED", retryable: true, cause },
      );
    }
  }

  /** Those that were not told before; all of them count as told from here on. */
  #untold(problems: ReadonlySet<string>): string[] {
    const news = [...problems].filter((problem) => !this.#told.has(problem));
    // Never those of the rules in force, however many: the same rules come again.
    if (this.#told.size > MAX_TOLD) this.#told.clear();
    for (const problem of problems) this.#told.add(problem);
    return news;
  }

  #errorOf(problems: readonly string[]): InvalidResponseError {
    const quoted = this.#options.redact(problems.slice(0, 20).join("; ")).slice(0, MAX_QUOTED);
    return new InvalidResponseError(
      `The rule set holds ${problems.length} parts that never match or cannot be served. ${quoted}`,
      { code: "RULES_MALFORMED" },
    );
  }
}
