import { fromPromise } from "xstate";
import type { FlagAnswer } from "../../machines";
import { InvalidResponseError } from "../errors";
import type { UserContext } from "../flags/types";
import type { Http, HttpAnswer } from "../http";
import { encodeUserContext, readFlagsV1, readFlagsV2 } from "../protocol";

/** What fetching needs to know at the moment it starts, and when the answer comes. */
export interface FetchFlagsPorts {
  readonly http: Http;
  readonly typedFlags: boolean;
  readonly userContextHeader: boolean;
  user(): UserContext | undefined;
  /** Names the flags in hand to the server, if they came from it as they are. */
  etag(): string | undefined;
}

/** One GET of the current user's flags, conditional where it can be. */
export function defineFetchFlagsActor(ports: FetchFlagsPorts) {
  const path = ports.typedFlags ? "/api/v1/sdk/v2/flags" : "/api/v1/sdk/flags";
  const read = ports.typedFlags ? readFlagsV2 : readFlagsV1;

  function request(etag: string | undefined, signal: AbortSignal): Promise<HttpAnswer> {
    const user = ports.user();
    const context = user && ports.userContextHeader ? encodeUserContext(user) : undefined;
    return ports.http.request({
      method: "GET",
      path,
      query: { withReasons: "true", user_id: user?.id },
      headers: {
        ...(etag !== undefined && { "If-None-Match": etag }),
        ...(context !== undefined && { "X-User-Context": context }),
      },
      signal,
    });
  }

  return fromPromise<FlagAnswer, { epoch: number }>(async ({ signal }) => {
    const asked = ports.etag();
    let answer = await request(asked, signal);
    // The flags in hand were replaced meanwhile (the stream's `init`): the server
    // vouches for flags that are gone, so ask for them whole.
    if (answer.status === 304 && asked !== undefined && ports.etag() !== asked) {
      answer = await request(undefined, signal);
    } else if (answer.status === 304 && asked !== undefined) {
      return { kind: "unchanged" };
    }
    if (answer.status !== 200) {
      throw new InvalidResponseError(
        `The server answered ${answer.status} to a request for flags that asked for all of them.`,
        { statusCode: answer.status },
      );
    }
    const flags = read(answer.body);
    return { kind: "changed", flags, ...(answer.etag !== undefined && { etag: answer.etag }) };
  });
}
