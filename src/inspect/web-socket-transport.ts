import type { Outgoing } from "./outgoing";
import { later } from "./timer";
import type { Transport, TransportListener } from "./transport";

/** What is used of a WebSocket: a browser's, or one made in Node. */
export interface Socket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

const OPEN = 1;
/** Above this a receiver does not keep up, in bytes. */
export const MAX_BUFFERED = 1_048_576;
/** How often one that does not is looked at, in milliseconds. */
const LOOK_MS = 50;
/** Delay of the first reconnect and of the last, in milliseconds; each is twice the one before. */
const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;

/** Sends texts over a WebSocket, which is opened again whenever it was lost. */
export class WebSocketTransport implements Transport {
  readonly #url: string;
  readonly #open: (url: string) => Socket;
  readonly #listener: TransportListener;
  #socket: Socket | undefined;
  #started = false;
  #attempt = 0;
  #cancelTimer = () => {};

  constructor(url: string, open: (url: string) => Socket, listener: TransportListener) {
    this.#url = url;
    this.#open = open;
    this.#listener = listener;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#attempt = 0;
    this.#connect();
  }

  stop(): void {
    this.#started = false;
    this.#cancelTimer();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  send({ text }: Outgoing): boolean {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState !== OPEN) return false;
    if (socket.bufferedAmount > MAX_BUFFERED) return false;
    socket.send(text);
    if (socket.bufferedAmount > MAX_BUFFERED) this.#lookAgain(socket);
    return true;
  }

  #connect(): void {
    let socket: Socket;
    try {
      socket = this.#open(this.#url);
    } catch (cause) {
      this.#lost(cause);
      return;
    }
    this.#socket = socket;
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#attempt = 0;
      this.#listener.ready(true);
    };
    let reason: unknown;
    socket.onerror = (event: { readonly error?: unknown }) => {
      reason = event.error;
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost(reason);
    };
  }

  #lost(cause: unknown): void {
    this.#socket = undefined;
    this.#cancelTimer();
    // Told once, not with every attempt.
    if (this.#attempt === 0) this.#listener.failed(unreachable(this.#url, cause));
    const delayMs = Math.min(BASE_DELAY_MS * 2 ** this.#attempt++, MAX_DELAY_MS);
    this.#cancelTimer = later(() => this.#connect(), delayMs * (0.75 + Math.random() / 2));
  }

  #lookAgain(socket: Socket): void {
    this.#cancelTimer = later(() => {
      if (this.#socket !== socket) return;
      if (socket.bufferedAmount > MAX_BUFFERED) this.#lookAgain(socket);
      else this.#listener.ready(false);
    }, LOOK_MS);
  }
}

function unreachable(url: string, cause: unknown): Error {
  return new Error(
    `The inspector has no connection to ${url} and tries again: is its receiver running?`,
    { cause },
  );
}
