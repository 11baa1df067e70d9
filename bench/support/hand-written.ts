/** What somebody would write who needs nothing but flags: the floor of every comparison. */
export class HandWritten {
  readonly #url: string;
  #flags = new Map<string, boolean>();
  #heard: () => void = () => {};
  readonly #gone = new AbortController();

  constructor(url: string) {
    this.#url = url;
  }

  isEnabled(key: string): boolean {
    return this.#flags.get(key) ?? false;
  }

  /** Fetches and compares. @returns the keys that changed */
  async update(): Promise<string[]> {
    const response = await fetch(`${this.#url}/api/v1/sdk/flags?withReasons=true`, {
      headers: { authorization: "Bearer bench-key" },
    });
    const { flags } = (await response.json()) as { flags: Record<string, boolean> };
    const changed: string[] = [];
    const next = new Map<string, boolean>();
    for (const key of Object.keys(flags)) {
      const value = flags[key] === true;
      next.set(key, value);
      if (this.#flags.get(key) !== value) changed.push(key);
    }
    for (const key of this.#flags.keys()) if (!next.has(key)) changed.push(key);
    this.#flags = next;
    return changed;
  }

  /** Resolves when the stream is open; it is read from then on. */
  async openStream(): Promise<void> {
    const response = await fetch(`${this.#url}/api/v1/sdk/stream`, { signal: this.#gone.signal });
    void this.#read(response).catch(() => {});
  }

  closeStream(): void {
    this.#gone.abort();
  }

  /** The next event. */
  announced(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    const reader = response.body?.getReader();
    for (;;) {
      const part = await reader?.read();
      if (part === undefined || part.done) return;
      text += decoder.decode(part.value, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      if (events.some((event) => event.startsWith("event: flag-changed"))) this.#heard();
    }
  }
}
