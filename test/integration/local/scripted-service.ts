import type { FetchLike } from "../../../src";

/** The users there are; each has a flag of its own, `own-<id>`, that is on for nobody else. */
export const IDS = ["ann", "bob", "cid"] as const;

/** Rules under which every user has its own flag, and nobody another's. */
export function ownRules(): Record<string, unknown> {
  return Object.fromEntries(
    IDS.map((id) => [`own-${id}`, { enabled: true, rollout: 0, targetUsers: [id] }]),
  );
}

/**
 * A Rollgate service behind an app's own `fetch`: no sockets, so that time and
 * answers are in the test's hands. Answers are held back until {@link answer}.
 */
export class ScriptedService {
  #settings = { failing: false, sendsInit: false };
  #held: (() => void)[] = [];
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #encoder = new TextEncoder();

  readonly fetch: FetchLike = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const signal = input instanceof Request ? input.signal : init?.signal;
    if (url.pathname.endsWith("/stream")) return this.#openStream(url, signal ?? undefined);
    await this.#turn(signal ?? undefined);
    if (this.#settings.failing) return new Response("down", { status: 500 });
    if (!url.pathname.endsWith("/flags")) return Response.json({ success: true });
    return Response.json({ flags: flagsOf(url.searchParams.get("user_id")) });
  };

  set(settings: Partial<{ failing: boolean; sendsInit: boolean }>): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  /** Lets all requests that wait have their answers. */
  answer(): void {
    for (const go of this.#held.splice(0)) go();
  }

  event(name: string, data: unknown): void {
    for (const stream of this.#streams) this.#write(stream, name, data);
  }

  drop(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
  }

  #openStream(url: URL, signal: AbortSignal | undefined): Response {
    if (this.#settings.failing) return new Response("down", { status: 500 });
    const id = url.searchParams.get("user_id");
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.#streams.add(stream);
        if (this.#settings.sendsInit) this.#write(stream, "init", { flags: flagsOf(id) });
        signal?.addEventListener("abort", () => this.#streams.delete(stream));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  #write(stream: ReadableStreamDefaultController<Uint8Array>, name: string, data: unknown): void {
    stream.enqueue(this.#encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#held.push(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  }
}

/** What the server says of a user: its own flag is on; it does not mention the others'. */
function flagsOf(id: string | null): Record<string, boolean> {
  return id === null ? { shared: true } : { shared: true, [`own-${id}`]: true };
}
