import { fromPromise } from "xstate";
import type { FetchOutcome } from "../../machines";
import { InvalidResponseError } from "../errors";
import type { UserContext } from "../flags/types";
import type { Http, HttpAnswer } from "../http";
import { encodeUserContext, readFlagsV1, readFlagsV2 } from "../protocol";
import type { PortsOf } from "./ports-of";

/** What fetching needs to know at the moment it starts, and when the answer comes. */
export interface FetchFlagsPorts {
  readonly http: Http;
  readonly config: { readonly typedFlags: boolean; readonly userContextHeader: boolean };
  readonly store: {
    readonly user: UserContext | undefined;
    /** Names the flags in hand to the server, if they came from it as they are. */
    readonly etag: string | undefined;
  };
}

/** One GET of the current user's flags, conditional where it can be. */
export function defineFetchFlagsActor(portsOf: PortsOf<FetchFlagsPorts>) {
  return fromPromise<FetchOutcome, { epoch: number }>(async ({ signal, system }) => {
    const ports = portsOf(system);
    const asked = ports.store.etag;
    const answer = await request(ports, asked, signal);
    if (answer.status === 304) {
      // Only a conditional request has this answer. Where the flags in hand were replaced
      // meanwhile (the stream's `init`), the server vouches for flags that are gone.
      return { kind: ports.store.etag === asked ? "unchanged" : "outdated" };
    }
    if (answer.status !== 200) {
      throw new InvalidResponseError(
        `The server answered ${answer.status} to a request for flags.`,
        { statusCode: answer.status },
      );
    }
    const flags = (ports.config.typedFlags ? readFlagsV2 : readFlagsV1)(answer.body);
    return { kind: "changed", flags, ...(answer.etag !== undefined && { etag: answer.etag }) };
  });
}

function request(
  { http, config, store: { user } }: FetchFlagsPorts,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const context = user && config.userContextHeader ? encodeUserContext(user) : undefined;
  return http.request({
    method: "GET",
    path: config.typedFlags ? "/api/v1/sdk/v2/flags" : "/api/v1/sdk/flags",
    query: { withReasons: "true", user_id: user?.id },
    headers: {
      ...(etag !== undefined && { "If-None-Match": etag }),
      ...(context !== undefined && { "X-User-Context": context }),
    },
    signal,
  });
}
