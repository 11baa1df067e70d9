import type { Evaluation, FlagPatch } from "../../dev-server/devtools/messages";
import type { Fault } from "../../dev-server/faults/fault";

/** What the page asks of the dev server. Each rejects with an `Error` that says what the server said. */
export const control = {
  patchFlag: (key: string, patch: FlagPatch) =>
    send("PATCH", `flags/${encodeURIComponent(key)}`, patch),
  /** @param userId whom to evaluate for; `undefined` for nobody */
  evaluate: (userId: string | undefined, signal: AbortSignal) =>
    send(
      "GET",
      `evaluation${userId === undefined ? "" : `?${new URLSearchParams({ userId })}`}`,
      undefined,
      signal,
    ) as Promise<Evaluation>,
  addFault: (fault: Fault) => send("POST", "faults", fault),
  removeFault: (id: string) => send("DELETE", `faults/${encodeURIComponent(id)}`),
  clearFaults: () => send("DELETE", "faults"),
  dropStreams: () => send("POST", "streams/drop"),
};

async function send(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const response = await fetch(`/__rollgate/${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
    ...(signal !== undefined && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Error("The dev server does not answer. Is it still running?");
  });
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  throw new Error(messageOf(answer) ?? `The dev server answered ${response.status}.`);
}

function messageOf(answer: unknown): string | undefined {
  const error = (answer as { error?: { message?: unknown }; message?: unknown } | undefined) ?? {};
  const message = error.error?.message ?? error.message;
  return typeof message === "string" ? message : undefined;
}
