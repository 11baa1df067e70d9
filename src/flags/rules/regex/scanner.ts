/** A cursor over a pattern, moved by sticky regular expressions, with what reading depends on. */
export class Scanner {
  readonly #text: string;
  #at = 0;
  /** Letters of the flags that are on here. */
  flags = "";

  constructor(text: string) {
    this.#text = text;
  }

  /** Moves past `token`, which must be sticky (`y`), and gives its groups; none if it does not come next. */
  take(token: RegExp): readonly (string | undefined)[] {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text) ?? [];
    if (found.length > 0) this.#at = token.lastIndex;
    return found;
  }

  /** Moves past `token` if it comes next. */
  skip(token: RegExp): boolean {
    return this.take(token).length > 0;
  }
}
