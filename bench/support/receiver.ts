import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** A WebSocket server that reads what it is sent, in a thread of its own. */
const SOURCE = `
const { parentPort } = require("node:worker_threads");
const { WebSocketServer } = require("ws");
const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
let received = 0;
server.on("connection", (socket) => socket.on("message", () => received++));
server.on("listening", () => parentPort.postMessage(server.address().port));
parentPort.on("message", () => parentPort.postMessage(received));
`;

export interface Receiver {
  readonly url: string;
  /** Messages so far. */
  received(): Promise<number>;
  close(): Promise<unknown>;
}

export async function startReceiver(): Promise<Receiver> {
  const worker = new Worker(SOURCE, { eval: true });
  const [port] = await once(worker, "message");
  return {
    url: `ws://127.0.0.1:${port}`,
    async received() {
      worker.postMessage("how many?");
      const [count] = await once(worker, "message");
      return count;
    },
    close: () => worker.terminate(),
  };
}
