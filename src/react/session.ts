import type { ClientState, FlagSnapshot, RollgateClient } from "rollgate";
import { isSameUser, type UserProp } from "./same";

const sessions = new WeakMap<RollgateClient, Session>();

/** The one session of a client. */
export function sessionOf(client: RollgateClient): Session {
  const known = sessions.get(client) ?? new Session(client);
  sessions.set(client, known);
  return known;
}

/** What components share of a client, however many providers and renders there are. */
export class Session {
  readonly client: RollgateClient;
  /**
   * What there was when React first met the client: what a server rendered that had the
   * same `bootstrap`. A part of the page that hydrates late still finds it here.
   */
  readonly first: { readonly flags: FlagSnapshot; readonly state: ClientState };
  readonly #listeners = new Set<() => void>();
  #detach = () => {};
  #telling: ReturnType<typeof setTimeout> | undefined;
  #waiting: Promise<void> | undefined;
  #endWaiting = () => {};

  constructor(client: RollgateClient) {
    this.client = client;
    this.first = { flags: client.getSnapshot(), state: client.getState() };
    this.#waiting = new Promise((resolve) => {
      this.#endWaiting = () => {
        this.#waiting = undefined;
        resolve();
      };
    });
  }

  /** Until there are flags, or it is known that none will come soon; absent: that is so. */
  get waiting(): Promise<void> | undefined {
    return this.client.isReady ? undefined : this.#waiting;
  }

  /** Initializes the client unless somebody did, and puts the user in place unless it is. */
  follow(user: UserProp): void {
    const { client } = this;
    const { client: phase } = client.getState();
    if (phase.startsWith("clos")) this.#endWaiting();
    else if (phase === "idle") {
      if (user === null) void client.reset();
      this.#waitFor(client.init(user ?? undefined));
    } else {
      const isThere = user === undefined || isSameUser(client.user ?? null, user);
      const moved = isThere ? undefined : user === null ? client.reset() : client.identify(user);
      if (this.#waiting !== undefined) this.#waitFor(moved ?? client.init());
    }
  }

  /** Calls back after state changes of the machines: once for all that come at a time. */
  readonly onTransitions = (listener: () => void): (() => void) => {
    const entry = () => listener();
    if (this.#listeners.size === 0) this.#detach = this.client.onTransition(this.#tellSoon);
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size > 0) return;
      this.#detach();
      clearTimeout(this.#telling);
      this.#telling = undefined;
    };
  };

  readonly #tellSoon = () => {
    // Machines answer each other over several microtasks; a task later they have come to rest.
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      for (const listener of [...this.#listeners]) listener();
    });
  };

  #waitFor(flags: Promise<void>): void {
    flags.then(this.#endWaiting, this.#endWaiting);
  }
}
