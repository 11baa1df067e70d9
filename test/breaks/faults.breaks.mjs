/** Breaks of what the fault matrix promises, and of the server that plays the faults. */
const matrix = "test/integration/faults/matrix.test.ts";
const streams = "test/integration/faults/open-stream.test.ts";
const server = "test/integration/testing/fault-server.test.ts";
const deliveries = "test/integration/testing/deliveries.test.ts";
const time = "test/integration/testing/pass-time.test.ts";

export default [
  {
    promise: "a 304 to a POST takes no events",
    file: "src/http/http.ts",
    from: 'if (status === 304 && request.headers?.["If-None-Match"] === undefined) {',
    to: 'if (status === 304 && request.method === "GET" && request.headers?.["If-None-Match"] === undefined) {',
    test: matrix,
  },
  {
    promise: "whatever comes instead of flags leaves those in hand alone",
    file: "src/http/judge.ts",
    from: 'if (text === "") return undefined;',
    to: 'if (text === "") return { flags: {} };',
    test: matrix,
  },
  {
    promise: "a fetch that failed is told once",
    file: "machines/client.user.ts",
    from: '          { type: "emitFailure", params: failureOf },\n          { type: "settleFetch", params: fetchOf },',
    to: '          { type: "emitFailure", params: failureOf },\n          { type: "emitFailure", params: failureOf },\n          { type: "settleFetch", params: fetchOf },',
    test: matrix,
  },
  {
    promise: "an answer that does not come ends in time",
    file: "machines/refresh.machine.ts",
    from: 'after: { requestTimeout: { actions: { type: "endAttempt", params: timeout } } },',
    to: "",
    test: matrix,
  },
  {
    promise: "a stream that falls silent is replaced",
    file: "src/sse/read-sse.ts",
    from: "Math.min(options.idleTimeoutMs, MAX_TIMER_MS)",
    to: "MAX_TIMER_MS",
    test: streams,
  },
  {
    promise: "the fault server draws faults by its seed",
    file: "src/testing/fault-server/scripts.ts",
    from: "return probability === undefined || this.#random() < probability;",
    to: "return probability === undefined || Math.random() < probability;",
    test: server,
  },
  {
    promise: "the fault server counts requests by route",
    file: "src/testing/fault-server/request.ts",
    from: "nth: count(route) + 1,",
    to: "nth: count(route),",
    test: server,
  },
  {
    promise: "the fault server's books notice an event that came twice",
    file: "src/testing/fault-server/event-books.ts",
    from: "else if (seen.has(name)) duplicate.add(name);",
    to: "",
    test: server,
  },
  {
    promise: "the fault server keeps no events that it refuses",
    file: "src/testing/fault-server/answer.ts",
    from: 'accepts ?? (status < 300 && delivery !== "reset" && delivery !== "hang")',
    to: "accepts ?? true",
    test: server,
  },
  {
    promise: "the fault server breaks an answer off in its body",
    file: "src/testing/fault-server/write-answer.ts",
    from: "return void response.write(half, () => response.socket?.destroy());",
    to: "return void response.write(body, () => response.socket?.destroy());",
    test: deliveries,
  },
  {
    promise: "virtual time stands still while a request is on its way",
    file: "src/testing/pass-time.ts",
    from: "while (inFlight(clients) > (server?.held ?? 0));",
    to: "while (false);",
    test: time,
  },
  {
    promise: "virtual time runs out for an answer that is held back",
    file: "src/testing/fault-server/fault-server.ts",
    from: "    this.#held++;\n",
    to: "",
    test: server,
  },
];
