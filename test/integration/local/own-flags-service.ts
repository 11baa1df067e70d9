import {
  EVENT_STREAM,
  json,
  type ScriptedRequest,
  ScriptedService,
  sse,
  status,
} from "../../support/scripted-service";

/** The users there are; each has a flag of its own, `own-<id>`, that is on for nobody else. */
export const IDS = ["ann", "bob", "cid"] as const;

/** Rules under which every user has its own flag, and nobody another's. */
export function ownRules(): Record<string, unknown> {
  return Object.fromEntries(
    IDS.map((id) => [`own-${id}`, { enabled: true, rollout: 0, targetUsers: [id] }]),
  );
}

/** A service of those flags. Streams open at once; other answers wait for {@link answer}. */
export class OwnFlagsService {
  readonly #service = new ScriptedService((request) => {
    if (request.channel === "stream") this.#openStream(request);
  });
  #settings = { failing: false, sendsInit: false };

  readonly fetch = this.#service.fetch;

  set(settings: Partial<{ failing: boolean; sendsInit: boolean }>): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  /** Lets all requests that wait have their answers. */
  answer(): void {
    for (const request of [...this.#service.requests]) {
      if (request.channel === "stream") continue;
      if (this.#settings.failing) request.answer(status(500));
      else if (request.channel !== "flags") request.answer(json({ success: true }));
      else request.answer(json({ flags: flagsOf(request.userId) }));
    }
  }

  event(name: string, data: unknown): void {
    for (const { body } of this.#service.open("stream")) body?.write(sse(name, data));
  }

  drop(): void {
    for (const { body } of this.#service.open("stream")) body?.end();
  }

  #openStream(request: ScriptedRequest): void {
    if (this.#settings.failing) {
      request.answer(status(500));
      return;
    }
    const body = request.begin(EVENT_STREAM);
    if (this.#settings.sendsInit) body.write(sse("init", { flags: flagsOf(request.userId) }));
  }
}

/** What the server says of a user: its own flag is on; it does not mention the others'. */
function flagsOf(id: string | undefined): Record<string, boolean> {
  return id === undefined ? { shared: true } : { shared: true, [`own-${id}`]: true };
}
