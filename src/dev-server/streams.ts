import type { ServerResponse } from "node:http";

/** Bytes that may wait for a slow reader before its stream is cut. */
const MAX_WAITING_BYTES = 4_194_304;

/** All open SSE streams. */
export class Streams {
  readonly #open = new Set<ServerResponse>();
  readonly #heartbeatMs: number;
  readonly #onChange: (count: number) => void;

  /** @param heartbeatMs time between heartbeats; 0 for none */
  constructor(heartbeatMs: number, onChange: (count: number) => void) {
    this.#heartbeatMs = heartbeatMs;
    this.#onChange = onChange;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Adopts a response whose head is set, and sends its first message. */
  add(response: ServerResponse, event: string, data: unknown): void {
    this.#open.add(response);
    const heartbeat = this.#startHeartbeat(response);
    response.once("close", () => {
      clearInterval(heartbeat);
      if (this.#open.delete(response)) this.#onChange(this.count);
    });
    response.write(message(event, data));
    this.#onChange(this.count);
  }

  /** Sends a message to every stream. */
  broadcast(event: string, data: unknown): void {
    for (const response of this.#open) write(response, message(event, data));
  }

  /** Breaks every stream off, as a crash would. @returns how many there were */
  drop(): number {
    const dropped = [...this.#open];
    this.#open.clear();
    for (const response of dropped) response.destroy();
    if (dropped.length > 0) this.#onChange(0);
    return dropped.length;
  }

  #startHeartbeat(response: ServerResponse): NodeJS.Timeout | undefined {
    if (this.#heartbeatMs === 0) return undefined;
    return setInterval(() => write(response, ": heartbeat\n\n"), this.#heartbeatMs);
  }
}

function write(response: ServerResponse, text: string): void {
  if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  else response.write(text);
}

function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
