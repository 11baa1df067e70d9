/** A cursor over a pattern, moved by sticky regular expressions. */
export class Scanner {
  readonly #text: string;
  #at = 0;
  /** Group names met so far; RE2 refuses a second one. */
  readonly names = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Moves past `token` if it comes next; `token` must be sticky (`y`). */
  take(token: RegExp): RegExpExecArray | null {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text);
    if (found) this.#at = token.lastIndex;
    return found;
  }
}
