import {
  ConfigurationError,
  type EvaluationReason,
  type FetchLike,
  type JsonValue,
} from "rollgate";

/** What can be made to fail: requests for flags, announcing a user, or sending events. */
export type FailingRequest = "flags" | "identify" | "events";

interface GivenFlag {
  readonly value: JsonValue;
  readonly reason: EvaluationReason | undefined;
}

const ROUTES: readonly (readonly [string, FailingRequest])[] = [
  ["/flags", "flags"],
  ["/identify", "identify"],
  ["/events", "events"],
];

/** Answers a client's requests from memory, in place of `fetch`. */
export class MemoryServer {
  readonly #flags = new Map<string, GivenFlag>();
  readonly #failures: { request: FailingRequest; status: number | undefined }[] = [];
  /** Grows with every change of the flags. */
  #revision = 0;
  #answered = 0;

  /** Whether the last answer holds today's flags. */
  get isAnswerCurrent(): boolean {
    return this.#answered === this.#revision;
  }

  set(key: string, value: JsonValue, reason?: EvaluationReason): void {
    this.#flags.set(key, { value: copyOf(key, value), reason });
    this.#revision++;
  }

  remove(key: string): void {
    this.#flags.delete(key);
    this.#revision++;
  }

  /** The flags as `bootstrap` takes them. */
  get bootstrap() {
    const entries = [...this.#flags];
    return {
      flags: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
      reasons: Object.fromEntries(
        entries.flatMap(([key, { reason }]) => (reason === undefined ? [] : [[key, reason]])),
      ),
    };
  }

  /** The next such request fails: by an answer of that status, or without one. */
  failNext(request: FailingRequest, status: number | undefined): void {
    if (!ROUTES.some(([, name]) => name === request)) {
      const known = ROUTES.map(([, name]) => name).join(", ");
      throw new ConfigurationError(`failNext: the request is one of ${known}.`, "request");
    }
    if (status !== undefined && !(Number.isInteger(status) && status >= 400 && status <= 599)) {
      throw new ConfigurationError("failNext: the status is between 400 and 599.", "status");
    }
    this.#failures.push({ request, status });
  }

  readonly fetch: FetchLike = async (input, init) => {
    const path = new URL(String(input)).pathname;
    const name = ROUTES.find(([end]) => path.endsWith(end))?.[1];
    const index = this.#failures.findIndex(({ request }) => request === name);
    const [failure] = index < 0 ? [] : this.#failures.splice(index, 1);
    if (failure !== undefined) {
      const { status } = failure;
      if (status === undefined) throw new TypeError("The test let this request fail.");
      return Response.json({ error: "The test let this request fail." }, { status });
    }
    if (name === "flags") return this.#answerFlags();
    if (name === "events") {
      return Response.json({ received: JSON.parse(String(init?.body)).events.length });
    }
    return Response.json({ success: true });
  };

  #answerFlags(): Response {
    this.#answered = this.#revision;
    const flags = [...this.#flags].map(([key, { value, reason }]) => {
      const type = typeof value === "object" ? "json" : typeof value;
      return [key, { key, type, value, enabled: value !== false, reason }];
    });
    return Response.json({ flags: Object.fromEntries(flags) });
  }
}

/** As it would arrive from a server. */
function copyOf(key: string, value: JsonValue): JsonValue {
  const copy = typeof value === "number" && !Number.isFinite(value) ? undefined : jsonOf(value);
  if (copy !== undefined) return JSON.parse(copy);
  throw new ConfigurationError(
    `The value of the test's flag ${JSON.stringify(key)} is no JSON: give a boolean, text, finite number, null, list or plain object.`,
    "flags",
  );
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
