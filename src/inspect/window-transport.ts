import type { Outgoing } from "./outgoing";
import type { Transport, TransportListener } from "./transport";

/** A window that shows an inspector, as far as it is used. */
export interface InspectorWindow {
  readonly closed: boolean;
  postMessage(message: unknown, targetOrigin: string): void;
}

/** An `<iframe>` that shows an inspector, as far as it is used. */
export interface InspectorFrame {
  src: string;
  readonly contentWindow: InspectorWindow | null;
}

/** What is used of the page's own window. */
export interface HostWindow {
  open(url: string, target: string): InspectorWindow | null;
  addEventListener(type: "message", listener: (event: WindowMessage) => void): void;
  removeEventListener(type: "message", listener: (event: WindowMessage) => void): void;
}

interface WindowMessage {
  readonly data: unknown;
  readonly origin: string;
  readonly source: unknown;
}

export interface WindowTarget {
  readonly url: URL;
  readonly window?: InspectorWindow | undefined;
  readonly iframe?: InspectorFrame | undefined;
}

/** Posts messages to a window that shows an inspector, once that said that it is there. */
export class WindowTransport implements Transport {
  readonly #target: WindowTarget;
  readonly #host: HostWindow | undefined;
  readonly #listener: TransportListener;
  #window: InspectorWindow | null | undefined;
  #connected = false;

  constructor(target: WindowTarget, host: HostWindow | undefined, listener: TransportListener) {
    this.#target = target;
    this.#host = host;
    this.#listener = listener;
  }

  start(): void {
    if (this.#host === undefined) {
      this.#listener.failed(new Error("The inspector found no page to open its window from."));
      return;
    }
    this.#host.addEventListener("message", this.#receive);
    const { url, window, iframe } = this.#target;
    if (iframe === undefined) {
      if (this.#window?.closed ?? true) this.#window = window ?? this.#openWindow(this.#host, url);
    } else if (iframe.src !== url.href) iframe.src = url.href;
  }

  stop(): void {
    this.#host?.removeEventListener("message", this.#receive);
    if (this.#connected) this.#post({ type: "@statelyai.disconnected" });
    this.#connected = false;
  }

  send({ message }: Outgoing): boolean {
    return this.#connected && this.#post(message);
  }

  #openWindow(host: HostWindow, url: URL): InspectorWindow | null {
    const opened = host.open(url.href, "rollgate-inspector");
    if (opened === null) {
      const message =
        "The browser did not let the inspector open its window: allow pop-ups, or call start() when a person clicks.";
      this.#listener.failed(new Error(message));
    }
    return opened;
  }

  readonly #receive = ({ data, origin, source }: WindowMessage): void => {
    if (origin !== this.#target.url.origin || source !== this.#receiver()) return;
    if ((data as { type?: unknown } | null)?.type !== "@statelyai.connected") return;
    this.#connected = true;
    this.#listener.ready(true);
  };

  #receiver(): InspectorWindow | null | undefined {
    const { iframe } = this.#target;
    return iframe === undefined ? this.#window : iframe.contentWindow;
  }

  #post(data: unknown): boolean {
    const receiver = this.#receiver();
    if (receiver === null || receiver === undefined || receiver.closed) {
      this.#connected = false;
      return false;
    }
    // Whatever else may be shown in that window is told nothing.
    receiver.postMessage(data, this.#target.url.origin);
    return true;
  }
}
