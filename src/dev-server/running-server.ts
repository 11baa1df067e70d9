import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DevServer } from "./dev-server";
import type { DevtoolsSockets } from "./devtools/sockets";
import { copyFlagsFile } from "./flags-file/parse";
import { patchFlag } from "./flags-file/patch";
import type { FlagDefinition, FlagsFile } from "./flags-file/types";
import type { ServerState } from "./state";

/** A dev server over a listening HTTP server. */
export class RunningServer implements DevServer {
  readonly url: string;
  readonly port: number;
  readonly #http: Server;
  readonly #state: ServerState;
  readonly #sockets: DevtoolsSockets;
  #closing: Promise<void> | undefined;

  constructor(http: Server, state: ServerState, sockets: DevtoolsSockets) {
    this.#http = http;
    this.#state = state;
    this.#sockets = sockets;
    this.port = (http.address() as AddressInfo).port;
    this.url = `http://${reachableHost(state.options.host)}:${this.port}`;
  }

  get flags() {
    return this.#state.book.file;
  }

  get events() {
    return this.#state.events.latest;
  }

  get telemetry() {
    return this.#state.telemetry.latest;
  }

  get users() {
    return this.#state.users;
  }

  get requests() {
    return this.#state.requests.latest;
  }

  get connectedStreams() {
    return this.#state.streams.count;
  }

  get faults() {
    return this.#state.faults;
  }

  setFlags(file: FlagsFile): void {
    this.#state.replaceFlags(copyFlagsFile(file));
  }

  updateFlag(key: string, patch: Partial<FlagDefinition>): void {
    this.#state.replaceFlags(copyFlagsFile(patchFlag(this.flags, key, patch)));
  }

  on: DevServer["on"] = (name, listener) => this.#state.emitter.on(name, listener);

  dropStreams(): number {
    return this.#state.streams.drop();
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#state.watch?.end();
      this.#sockets.close();
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function reachableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
