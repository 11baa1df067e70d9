/** The script of a page that a server rendered with the flags of its reader. */
import { RollgateClient, readBootstrap } from "../../../src/index.browser";

const { key = "", service = "" } = document.documentElement.dataset;

const client = new RollgateClient({
  apiKey: key,
  baseUrl: service,
  typedFlags: true,
  telemetry: { enabled: false },
  bootstrap: readBootstrap(),
});
const changed: string[] = [];
client.on("flag_changed", (change) => changed.push(change.key));

const show = (id: string, text: string) => {
  const element = document.createElement("p");
  element.id = id;
  element.textContent = text;
  document.body.append(element);
};
show("checkout", client.isEnabled("pro-only") ? "new" : "old");
show("greeting", client.getString("greeting", "none"));

const painted = new Promise<void>((resolve) => {
  new PerformanceObserver(() => resolve()).observe({ type: "paint", buffered: true });
});

declare global {
  interface Window {
    readonly rendered: typeof rendered;
  }
}

const rendered = { client, changed, painted };
Object.assign(window, { rendered });
