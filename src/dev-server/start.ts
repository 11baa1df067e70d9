import { createServer } from "node:http";
import type { Colors } from "picocolors/types";
import type { DevServer } from "./dev-server";
import { builtPageFolder } from "./devtools/page-folder";
import { DevtoolsSockets } from "./devtools/sockets";
import { copyFlagsFile, parseFlagsFile } from "./flags-file/parse";
import { readFlagsText } from "./flags-file/read";
import { followFile } from "./follow-file";
import { handleRequest } from "./handle-request";
import { refuseMalformed } from "./http/refuse-malformed";
import { listen } from "./listen";
import { logLines } from "./log-lines";
import { type DevServerOptions, resolveOptions } from "./options";
import { RunningServer } from "./running-server";
import { ServerState } from "./state";

/**
 * `startDevServer` with colours for its log lines.
 *
 * @param pageFolder where the built devtools page lies
 * @internal
 */
export async function start(
  given: DevServerOptions,
  colors: Colors,
  pageFolder = builtPageFolder(),
): Promise<DevServer> {
  const options = resolveOptions(given);
  const path = typeof options.flags === "string" ? options.flags : undefined;
  const text = path === undefined ? "" : await readFlagsText(path);
  const file = path === undefined ? copyFlagsFile(options.flags) : parseFlagsFile(text, path);

  const state = new ServerState(options, file, pageFolder);
  if (given.log !== undefined) logLines(state, colors);
  const http = createServer((request, response) => {
    void handleRequest(request, response, state);
  });
  http.on("clientError", refuseMalformed);
  const sockets = new DevtoolsSockets(http, state);
  await listen(http, options.port, options.host);

  if (path !== undefined && options.watch) state.watch = followFile(path, text, state);
  return new RunningServer(http, state, sockets);
}
