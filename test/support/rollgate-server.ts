/**
 * The test kit's server (src/testing/fault-server), closed after each test.
 *
 * ```ts
 * const server = await startRollgateServer();
 * server.flags = { beta: true };                           // what the default answer holds
 * server.answer("flags", { status: 503 });                 // from now on
 * server.answerOnce("flags", { status: 429 }, { body: "{" }); // the next two, in order, before that
 * server.restore("flags");                                 // the default answer again
 *
 * const gate = createGate();
 * server.answerOnce("flags", { gate, flags: { a: true } }); // answered when `gate.open()` is called
 *
 * const second = await server.request("flags", 2);         // the 2nd request there, now or when it comes
 * await second.ended;                                      // "answered", or "aborted" by the client
 * server.count("flags");                                   // how many so far
 *
 * const stream = await server.stream(1);                   // the 1st stream that was opened
 * stream.event("flag-changed", { key: "beta", enabled: true });
 * stream.send("retry: 100\n\n");  stream.end();  stream.drop();  await stream.closed;
 *
 * await server.refuse();                                   // refuses connections, the open ones break off
 * await server.accept();                                   // listens again, at the same port
 * ```
 */
import { afterEach } from "vitest";
import { createFaultServer, type FaultServer, type FaultServerOptions } from "../../src/testing";

export {
  type Answer,
  createGate,
  type Gate,
  type Route,
  type Script,
  type ServerRequest,
  type ServerStream,
} from "../../src/testing";
export type RollgateServer = FaultServer;

const running = new Set<RollgateServer>();

afterEach(async () => {
  await Promise.all([...running].map((server) => server.close()));
  running.clear();
});

/** Starts a server; it is closed after the test. Most tests write their own `ETag`s. */
export async function startRollgateServer(
  flags: Readonly<Record<string, unknown>> = {},
  options: FaultServerOptions = {},
): Promise<RollgateServer> {
  const server = await createFaultServer({ etags: false, flags, ...options });
  running.add(server);
  return server;
}
