import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { DevServer } from "./dev-server";
import { copyFlagsFile } from "./flags-file/parse";
import type { FlagDefinition, FlagsFile } from "./flags-file/types";
import type { ServerState } from "./state";

/** A dev server over a listening HTTP server. */
export class RunningServer implements DevServer {
  readonly url: string;
  readonly port: number;
  readonly #http: Server;
  readonly #state: ServerState;
  readonly #endWatching: () => void;
  #closing: Promise<void> | undefined;

  constructor(http: Server, state: ServerState, endWatching: () => void) {
    this.#http = http;
    this.#state = state;
    this.#endWatching = endWatching;
    this.port = (http.address() as AddressInfo).port;
    this.url = `http://${reachableHost(state.options.host)}:${this.port}`;
  }

  get flags() {
    return this.#state.book.file;
  }

  get events() {
    return this.#state.events;
  }

  get telemetry() {
    return this.#state.telemetry;
  }

  get users() {
    return this.#state.users;
  }

  get requests() {
    return this.#state.requests;
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
    const { flags, ...rest } = this.flags;
    const current = Object.hasOwn(flags, key) ? flags[key] : undefined;
    const others = Object.entries(flags).filter(([other]) => other !== key);
    const entries = [...others, [key, { ...current, ...patch }]];
    this.setFlags({ ...rest, flags: Object.fromEntries(entries) });
  }

  on: DevServer["on"] = (name, listener) => this.#state.emitter.on(name, listener);

  dropStreams(): number {
    return this.#state.streams.drop();
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#endWatching();
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
