import type { ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Answer } from "./answer";

const COMPRESS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const;
const BLANKS = Buffer.alloc(16_384, " ");
const DRIP_MS = 20;

/** Sends head and body the way the answer is to get across. */
export async function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  content: string | Uint8Array | undefined,
): Promise<void> {
  const { status = 200, delivery = "whole", encoding } = answer;
  const plain = Buffer.from(content ?? "");
  const body = encoding === undefined ? plain : COMPRESS[encoding](plain);
  if (encoding !== undefined) response.setHeader("Content-Encoding", encoding);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  const half = body.subarray(0, body.length >> 1);
  switch (delivery) {
    case "whole":
      return void response.writeHead(status).end(content === undefined ? undefined : body);
    case "reset":
      return void response.socket?.destroy();
    case "hang":
      return;
    case "cut":
      response.writeHead(status, { "Content-Length": String(Math.max(body.length, 1)) });
      return void response.write(half, () => response.socket?.destroy());
    case "stall":
      return void response.writeHead(status).write(half);
    case "drip":
      return drip(response.writeHead(status), body, answer.dripMs ?? DRIP_MS);
    case "endless":
      return flood(response.writeHead(status), body);
  }
}

async function drip(response: ServerResponse, body: Uint8Array, ms: number): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at++) {
    response.write(body.subarray(at, at + 1));
    await new Promise((resolve) => setTimeout(resolve, ms).unref());
  }
  response.end();
}

function flood(response: ServerResponse, body: Uint8Array): void {
  const more = () => {
    while (!response.destroyed && response.write(BLANKS));
  };
  response.on("drain", more).write(body);
  more();
}
