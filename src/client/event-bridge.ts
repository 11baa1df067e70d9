import mitt, { type Handler } from "mitt";
import { RollgateError } from "../errors";
import type { ClientEvents, ClientListener } from "./events";

type Name = keyof ClientEvents;

/**
 * Carries events to the app's listeners. Each event reaches everyone before the
 * next one starts, also when listeners cause further events; a listener that
 * throws stops nobody, and its throw is reported as `error`.
 */
export class EventBridge {
  readonly #emitter = mitt<Record<Name, unknown>>();
  /** What mitt knows a listener by, per event. */
  readonly #handlers = new Map<Name, Map<object, Handler>>();
  /** What `once` listens with → the app's listener, which `off` is given. */
  readonly #wrapped = new WeakMap<object, unknown>();
  readonly #queue: (() => void)[] = [];
  readonly #logFailure: (message: string) => void;
  #delivering = false;
  #sealed = false;

  /** @param logFailure where the throw of an `error` listener goes, which no event can carry. */
  constructor(logFailure: (message: string) => void) {
    this.#logFailure = logFailure;
  }

  on<K extends Name>(name: K, listener: ClientListener<K>): () => void {
    const handlers = this.#handlersOf(name);
    if (!handlers.has(listener)) {
      const handler = (payload: unknown) => this.isolate(() => listener(payload as never), name);
      handlers.set(listener, handler);
      this.#emitter.on(name, handler);
    }
    return () => this.off(name, listener);
  }

  once<K extends Name>(name: K, listener: ClientListener<K>): () => void {
    const wrapper = ((payload: never) => {
      unsubscribe();
      return listener(payload);
    }) as ClientListener<K>;
    this.#wrapped.set(wrapper, listener);
    const unsubscribe = this.on(name, wrapper);
    return unsubscribe;
  }

  off<K extends Name>(name: K, listener: ClientListener<K>): void {
    for (const [known, handler] of this.#handlersOf(name)) {
      if (known !== listener && this.#wrapped.get(known) !== listener) continue;
      this.#handlersOf(name).delete(known);
      this.#emitter.off(name, handler);
    }
  }

  hasListeners(name: Name): boolean {
    return (this.#handlers.get(name)?.size ?? 0) > 0;
  }

  emit<K extends Name>(name: K, payload: ClientEvents[K]): void {
    if (this.#sealed) return;
    this.#queue.push(() => this.#emitter.emit(name, payload));
    if (this.#delivering) return;
    this.#delivering = true;
    for (let deliver = this.#queue.shift(); deliver; deliver = this.#queue.shift()) deliver();
    this.#delivering = false;
  }

  /** Nothing is emitted after this. */
  seal(): void {
    this.#sealed = true;
  }

  /** Calls the app's code; what it throws, or rejects with, becomes an `error` event. */
  isolate(call: () => unknown, what: string): void {
    try {
      const returned = call();
      if (returned instanceof Promise) returned.catch((cause) => this.#report(what, cause));
    } catch (cause) {
      this.#report(what, cause);
    }
  }

  #report(what: string, cause: unknown): void {
    if (what === "error") {
      this.#logFailure(`A listener of "error" threw: ${textOf(cause)}`);
      return;
    }
    this.emit(
      "error",
      new RollgateError(`A listener of "${what}" threw.`, { code: "LISTENER_FAILED", cause }),
    );
  }

  #handlersOf(name: Name): Map<object, Handler> {
    const known = this.#handlers.get(name);
    if (known !== undefined) return known;
    const handlers = new Map<object, Handler>();
    this.#handlers.set(name, handlers);
    return handlers;
  }
}

/** Not everything that can be thrown can be turned into text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "something that cannot be printed";
  }
}
