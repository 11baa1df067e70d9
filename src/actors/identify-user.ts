import { fromPromise } from "xstate";
import type { UserContext } from "../flags/types";
import type { Http } from "../http";
import { userBody } from "../protocol";
import type { PortsOf } from "./ports-of";

/** What announcing a user needs. */
export interface IdentifyUserPorts {
  readonly http: Http;
  readonly store: { readonly user: UserContext | undefined };
}

/** One POST that tells the server who the current user is, attributes included. */
export function defineIdentifyUserActor(portsOf: PortsOf<IdentifyUserPorts>) {
  return fromPromise<void, { epoch: number }>(async ({ signal, system }) => {
    const { http, store } = portsOf(system);
    if (store.user === undefined) return;
    await http.request({
      method: "POST",
      path: "/api/v1/sdk/identify",
      body: userBody(store.user),
      signal,
    });
  });
}
