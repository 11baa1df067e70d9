import { receiveEvents } from "./events";
import { getFlags } from "./flags";
import { identify } from "./identify";
import type { SdkRoute } from "./route";
import { openStream } from "./stream";
import { receiveTelemetry } from "./telemetry";
import { getTypedFlags } from "./typed-flags";

/** The endpoints of the wire protocol, by path. */
export const SDK_ROUTES: ReadonlyMap<string, SdkRoute> = new Map<string, SdkRoute>([
  ["/api/v1/sdk/flags", { name: "flags", method: "GET", handle: getFlags }],
  ["/api/v1/sdk/v2/flags", { name: "flags", method: "GET", handle: getTypedFlags }],
  ["/api/v1/sdk/identify", { name: "identify", method: "POST", handle: identify }],
  ["/api/v1/sdk/stream", { name: "stream", method: "GET", handle: openStream }],
  ["/api/v1/sdk/events", { name: "events", method: "POST", handle: receiveEvents }],
  ["/api/v1/sdk/telemetry", { name: "telemetry", method: "POST", handle: receiveTelemetry }],
]);
