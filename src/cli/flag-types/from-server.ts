import { version } from "../../../package.json";
import { NotFoundError } from "../../errors";
import { createHttp, type Http } from "../../http";
import { readFlagsV1, readFlagTypes } from "../../protocol";
import type { FlagTypes } from "./declaration";

const MAX_RESPONSE_BYTES = 67_108_864;

/**
 * The types of the flags that a server knows. One without typed flags has boolean
 * ones only. Rejects as the package's `Http` does.
 *
 * @param signal ends it
 */
export async function flagTypesOfServer(
  baseUrl: string,
  apiKey: string,
  signal: AbortSignal,
): Promise<FlagTypes> {
  const http = createHttp({
    baseUrl,
    apiKey,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    sdkHeaders: true,
    browser: false,
    now: Date.now,
    version,
  });
  try {
    return readFlagTypes(await get(http, "/api/v1/sdk/v2/flags", signal));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const flags = readFlagsV1(await get(http, "/api/v1/sdk/flags", signal));
    return new Map([...flags.keys()].map((key) => [key, "boolean"]));
  }
}

async function get(http: Http, path: string, signal: AbortSignal): Promise<unknown> {
  return (await http.request({ method: "GET", path, signal })).body;
}
