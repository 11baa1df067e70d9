import type { IncomingMessage, ServerResponse } from "node:http";
import { misbehave } from "./faults/misbehave";
import { authorize } from "./http/authorize";
import { corsHeaders, preflight } from "./http/cors";
import { deliver } from "./http/deliver";
import { type Exchange, parseTarget } from "./http/exchange";
import { Refusal } from "./http/refusal";
import { NO_REPLY, type Reply } from "./http/reply";
import { toRecord } from "./http/request-record";
import { CONTROL_PREFIX, control } from "./routes/control";
import { servePage } from "./routes/page";
import { SDK_ROUTES } from "./routes/sdk-routes";
import type { ServerState } from "./state";

/** Answers and records one request. Never rejects. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  state: ServerState,
): Promise<void> {
  const at = Date.now();
  const started = performance.now();
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  // Without a listener, a late write to a broken connection would end the process.
  response.on("error", () => {});
  request.on("error", () => {});

  let path = request.url?.split("?")[0] ?? "/";
  let query = new URLSearchParams();
  const reply = await answer(async () => {
    const target = parseTarget(request);
    path = target.pathname;
    query = target.searchParams;
    const method = request.method ?? "GET";
    return respond({ request, method, path, query, signal: gone.signal }, state);
  }, state);

  // Recorded before it is sent: whoever holds an answer finds its record.
  state.receiveRequest(
    toRecord(request, {
      path,
      query,
      status: gone.signal.aborted ? 0 : reply.status,
      at,
      durationMs: performance.now() - started,
      userId: reply.userId,
      note: reply.note,
    }),
  );
  const isOwn = path.startsWith(CONTROL_PREFIX) || reply.isOwnPagesOnly === true;
  deliver(response, reply, isOwn ? {} : corsHeaders(request));
}

async function respond(exchange: Exchange, state: ServerState): Promise<Reply> {
  if (exchange.path.startsWith(CONTROL_PREFIX)) return control(exchange, state);
  const route = SDK_ROUTES.get(exchange.path);
  if (route === undefined) return servePage(exchange, state.pageFolder);
  if (exchange.method === "OPTIONS") return preflight(route.method);
  if (exchange.method !== route.method) throw new Refusal(405, {}, { Allow: route.method });

  const handle = () =>
    answer(() => {
      const { apiKey, streamAuth } = state.options;
      authorize(exchange, apiKey, route.name === "stream" ? streamAuth : undefined);
      return route.handle(exchange, state);
    }, state);
  const fault = state.faults.take(route.name);
  return fault === undefined ? handle() : misbehave(fault, handle, exchange.signal);
}

async function answer(handle: () => Reply | Promise<Reply>, state: ServerState): Promise<Reply> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    if (SENDER_GONE.has((error as NodeJS.ErrnoException).code ?? "")) {
      return { ...NO_REPLY, note: "sender gone" };
    }
    state.options.log(`A request failed inside the dev server: ${String(error)}`);
    return new Refusal(500).reply;
  }
}

/** Codes of what is thrown while waiting for a sender that has left. */
const SENDER_GONE: ReadonlySet<string> = new Set([
  "ABORT_ERR",
  "ECONNRESET",
  "ERR_STREAM_PREMATURE_CLOSE",
]);
