import type { Browser } from "playwright-core";

/**
 * A page that nobody drives but us: Playwright keeps its pages in view at all
 * times, so that they are never hidden and cannot be frozen.
 */
export interface BarePage {
  /** Runs an expression in the page, awaiting promises. */
  evaluate<T>(expression: string): Promise<T>;
  /** Into the background and frozen, as browsers do with forgotten tabs. */
  freeze(): Promise<void>;
  /** Runs again, still in the background. */
  thaw(): Promise<void>;
  minimize(): Promise<void>;
  restore(): Promise<void>;
  navigate(url: string): Promise<void>;
  /** Messages of what nobody caught. */
  readonly uncaught: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  readonly result?: any;
  readonly error?: { readonly message: string };
}

/** Opens a page of its own profile; it goes with the browser. */
export async function openBarePage(browser: Browser, url: string): Promise<BarePage> {
  const root = await browser.newBrowserCDPSession();
  const { browserContextId } = await root.send("Target.createBrowserContext", {});
  const target = { url: "about:blank", browserContextId, newWindow: true };
  const { targetId } = await root.send("Target.createTarget", target);
  const { sessionId } = await root.send("Target.attachToTarget", { targetId, flatten: false });
  const { windowId } = await root.send("Browser.getWindowForTarget", { targetId });

  const waiting = new Map<number, (message: Message) => void>();
  const events = new Map<string, () => void>();
  const uncaught: string[] = [];
  root.on("Target.receivedMessageFromTarget", ({ message: text }) => {
    const message = JSON.parse(text) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    else if (message.method === "Runtime.exceptionThrown") {
      const { exceptionDetails } = message.params;
      uncaught.push(exceptionDetails.exception?.description ?? exceptionDetails.text);
    } else if (message.method !== undefined) events.get(message.method)?.();
  });

  let lastId = 0;
  async function send(method: string, params: object = {}): Promise<Message["result"]> {
    const id = ++lastId;
    const answered = new Promise<Message>((resolve) => waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await root.send("Target.sendMessageToTarget", { sessionId, message });
    const { result, error } = await answered;
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  const page: BarePage = {
    uncaught,
    async evaluate(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await send("Runtime.evaluate", options);
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
      return result.value;
    },
    freeze: () => send("Page.setWebLifecycleState", { state: "frozen" }),
    thaw: () => send("Page.setWebLifecycleState", { state: "active" }),
    minimize: () => setWindowState("minimized"),
    restore: () => setWindowState("normal"),
    async navigate(to) {
      const loaded = new Promise<void>((resolve) => events.set("Page.loadEventFired", resolve));
      await send("Page.navigate", { url: to });
      await loaded;
    },
  };
  const setWindowState = async (windowState: "minimized" | "normal") => {
    await root.send("Browser.setWindowBounds", { windowId, bounds: { windowState } });
  };

  await send("Page.enable");
  await send("Runtime.enable");
  await page.navigate(url);
  return page;
}
