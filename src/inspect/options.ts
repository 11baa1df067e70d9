import { VALUES } from "./defaults";
import type { InspectionMessage } from "./messages";
import type { InspectorFrame, InspectorWindow } from "./window-transport";

/** All of them have defaults. */
export interface InspectorOptions {
  /**
   * Where the receiver is: a WebSocket (`ws://…`, `wss://…`), such as the dev server's
   * `ws://127.0.0.1:4400/__rollgate/inspect`; in browsers also a page (`http://…`,
   * `https://…`), which is opened in a window and understands `@statelyai/inspect`.
   * @default in browsers Stately Inspector, elsewhere "ws://localhost:8080", where the server of `@statelyai/inspect` listens
   */
  readonly url?: string | URL;
  /** Which messages leave. It sees them as they would leave. @default all */
  readonly filter?: (message: InspectionMessage) => boolean;
  /**
   * Let the text fields of events and contexts leave, too: the client's own are fixed
   * words such as `channel: "tracking"`. Nested fields never leave.
   * @default false
   */
  readonly values?: boolean;
  /**
   * Hears why nothing is received, once for as long as that lasts, and what a filter
   * threw. @default nobody
   */
  readonly onError?: (error: Error) => void;
  /** Start at once; else `start()` does. A browser opens windows only when a person did something. @default true */
  readonly autoStart?: boolean;
  /** In browsers: a window that shows `url` already, instead of a new one. */
  readonly window?: InspectorWindow;
  /** In browsers: a frame to show `url` in, instead of a window. */
  readonly iframe?: InspectorFrame;
}

export interface ResolvedOptions {
  readonly url: URL;
  readonly filter: ((message: InspectionMessage) => boolean) | undefined;
  readonly values: boolean;
  readonly onError: ((error: Error) => void) | undefined;
  readonly autoStart: boolean;
  readonly window: InspectorWindow | undefined;
  readonly iframe: InspectorFrame | undefined;
}

const KINDS: Readonly<Record<keyof InspectorOptions, string>> = {
  url: "",
  filter: "a function",
  values: "a boolean",
  onError: "a function",
  autoStart: "a boolean",
  window: "an object",
  iframe: "an object",
};

/** @param protocols those that a URL may have here, such as `ws:`. */
export function resolveOptions(
  options: InspectorOptions,
  defaultUrl: string,
  protocols: readonly string[],
): ResolvedOptions {
  if (Object(options) !== options) {
    throw new TypeError("createInspector() takes an object of options.");
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(KINDS, name)) throw wrong(name, `is unknown; there are ${listed()}`);
    const kind = KINDS[name as keyof InspectorOptions];
    const isIt = kind === "" || (value !== null && kind.endsWith(` ${typeof value}`));
    if (value !== undefined && !isIt) throw wrong(name, `must be ${kind}`);
  }
  const { filter, values = VALUES, onError, autoStart = true, window, iframe } = options;
  const url = urlOf(options.url ?? defaultUrl, protocols);
  if ((window ?? iframe) !== undefined && /^ws/.test(url.protocol)) {
    throw wrong("url", "must be the page that the given window or iframe shows");
  }
  return { url, filter, values, onError, autoStart, window, iframe };
}

function urlOf(given: string | URL, protocols: readonly string[]): URL {
  const text = String(given);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && protocols.includes(url.protocol)) return url;
  const kinds = protocols.map((protocol) => `${protocol}//…`).join(", ");
  throw wrong("url", `must be a URL of the form ${kinds}`);
}

function wrong(name: string, problem: string): TypeError {
  return new TypeError(`The inspector's option ${name} ${problem}.`);
}

function listed(): string {
  return Object.keys(KINDS).join(", ");
}
