import { once } from "node:events";
import { Worker } from "node:worker_threads";

/**
 * A Rollgate server in a thread of its own. Every answer differs from the one before
 * in one flag; bodies are made beforehand, so that the server costs next to nothing.
 */
const SOURCE = `
const { createServer } = require("node:http");
const { parentPort, workerData } = require("node:worker_threads");
const { puts } = workerData;
const bodies = workerData.bodies.map((body) => Buffer.from(body));
const put = (stream) => {
  stream.write("event: put\\ndata: ");
  stream.write(bodies[answers++ % bodies.length]);
  stream.write("\\n\\n");
};
const streams = new Set();
let answers = 0;
const server = createServer((request, response) => {
  if (puts || request.url.includes("/stream")) {
    response.writeHead(200, { "content-type": "text/event-stream" }).write(": hello\\n\\n");
    if (puts) put(response);
    streams.add(response);
    response.on("close", () => streams.delete(response));
    return;
  }
  const body = bodies[answers++ % bodies.length];
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
parentPort.on("message", () => {
  for (const stream of streams) puts ? put(stream) : stream.write("event: flag-changed\\ndata: {\\"key\\":\\"checkout-redesign-7\\"}\\n\\n");
});
`;

export interface FlagsServer {
  readonly url: string;
  /** Tells every open stream that flags have changed, or what they are now. */
  announce(): void;
  close(): Promise<unknown>;
}

/**
 * @param bodies of `GET flags`, in turns
 * @param puts streams carry the bodies themselves, one when they are opened
 */
export async function startFlagsServer(
  bodies: readonly string[],
  { puts = false } = {},
): Promise<FlagsServer> {
  const worker = new Worker(SOURCE, { eval: true, workerData: { bodies, puts } });
  const [port] = await once(worker, "message");
  return {
    url: `http://127.0.0.1:${port}`,
    announce: () => worker.postMessage("changed"),
    close: () => worker.terminate(),
  };
}
