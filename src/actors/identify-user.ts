import { fromPromise } from "xstate";
import type { UserContext } from "../flags/types";
import type { Http } from "../http";
import { userBody } from "../protocol";

/** What announcing a user needs. */
export interface IdentifyUserPorts {
  readonly http: Http;
  user(): UserContext | undefined;
}

/** One POST that tells the server who the current user is, attributes included. */
export function defineIdentifyUserActor({ http, user }: IdentifyUserPorts) {
  return fromPromise<void, { epoch: number }>(async ({ signal }) => {
    const current = user();
    if (current === undefined) return;
    await http.request({
      method: "POST",
      path: "/api/v1/sdk/identify",
      body: userBody(current),
      signal,
    });
  });
}
