import type { ServerResponse } from "node:http";
import type { StreamFraming } from "./answer";
import type { ServerRequest } from "./request";

/** One open event stream, seen from the server. */
export interface ServerStream {
  readonly request: ServerRequest;
  /** Sends bytes as they are, in the stream's chunks. */
  send(text: string | Uint8Array): void;
  /** Sends an event of that name with the data as JSON. */
  event(name: string, data: unknown): void;
  /** Sends the first half of such an event. */
  half(name: string, data: unknown): void;
  /** Sends a line that says nothing. */
  heartbeat(): void;
  /** Tells the client how long to wait before it reconnects. */
  retry(ms: number): void;
  /** Ends it properly. */
  end(): void;
  /** Breaks it off. */
  drop(): void;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
}

const BOM = "\ufeff";

/** Answers with an event stream, which stays open. */
export function openStream(
  request: ServerRequest,
  response: ServerResponse,
  { newline = "\n", bom = false, chunkBytes = Number.POSITIVE_INFINITY }: StreamFraming,
): ServerStream {
  response.flushHeaders();
  // Bytes that are written apart arrive apart, if anything can have them do so.
  response.socket?.setNoDelay(true);
  const send = (given: string | Uint8Array) => {
    const bytes = typeof given === "string" ? Buffer.from(given) : given;
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      response.write(bytes.subarray(at, at + chunkBytes));
    }
  };
  const text = (name: string, data: unknown) =>
    [`event: ${name}`, `data: ${JSON.stringify(data)}`, "", ""].join(newline);
  if (bom) send(BOM);
  return {
    request,
    closed: new Promise<void>((resolve) => response.on("close", resolve)),
    send,
    event: (name, data) => send(text(name, data)),
    half: (name, data) => {
      const whole = text(name, data);
      send(whole.slice(0, whole.length / 2));
    },
    heartbeat: () => send(`:${newline}${newline}`),
    retry: (ms) => send(`retry: ${ms}${newline}${newline}`),
    end: () => void response.end(),
    drop: () => void response.socket?.destroy(),
  };
}
