/** What stands on a page with React; its functions are called by `page.evaluate`. */
import * as react from "react";
import { createElement, Fragment, type ReactNode, StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import * as sdk from "rollgate";
import * as rollgate from "rollgate/react";
import { createTestClient } from "rollgate/testing";
import { type Gate, LatePage, Page } from "./components";

declare global {
  interface Window {
    readonly app: typeof app;
    readonly bootstrap?: sdk.RollgateConfig["bootstrap"];
  }
}

let root: Root | undefined;
/** What React and the SDK complained of. */
const complaints: string[] = [];
for (const level of ["error", "warn"] as const) {
  console[level] = (...parts: unknown[]) => void complaints.push(parts.map(String).join(" "));
}
/** What clients listen to of the page, once for each listener. */
const listening: string[] = [];
for (const target of [window, document]) {
  const { addEventListener, removeEventListener } = target;
  const isOfClients = (type: string) =>
    /^(online|offline|freeze|resume|page(hide|show))$/.test(type);
  target.addEventListener = (type: string, ...rest: [never]) => {
    if (isOfClients(type)) listening.push(type);
    addEventListener.call(target, type, ...rest);
  };
  target.removeEventListener = (type: string, ...rest: [never]) => {
    if (isOfClients(type)) listening.splice(listening.indexOf(type), 1);
    removeEventListener.call(target, type, ...rest);
  };
}
/** How often each component rendered. */
const renders: Record<string, number> = {};

/** What a component shows, with a `p` of its name around. */
const shown = (name: string, what: unknown) => createElement("p", { id: name }, textOf(what));

/** Counts a render of the component of that name. */
function count(name: string): void {
  renders[name] = (renders[name] ?? 0) + 1;
}

function textOf(what: unknown): string {
  return typeof what === "string" ? what : (JSON.stringify(what) ?? "undefined");
}

const app = {
  react,
  sdk,
  createTestClient,
  ...rollgate,
  h: createElement as typeof createElement,
  complaints,
  listening,
  renders,
  shown,
  count,
  Page,
  LatePage,
  /** A client that a test keeps between two calls. */
  client: undefined as unknown as sdk.RollgateClient,

  /** A component that counts its renders and shows what a hook gives. */
  reader(name: string, use: () => unknown): () => ReactNode {
    return function Reader() {
      const what = use();
      count(name);
      return shown(name, what);
    };
  },

  /** Renders into the page, at once; `strict` as in development. Again: into the same root. */
  render(node: ReactNode, mode: "strict" | "plain" = "plain"): void {
    const made = root ?? createRoot(place());
    root = made;
    flushSync(() => made.render(mode === "strict" ? createElement(StrictMode, null, node) : node));
  },

  /** The same, such that {@link again} can render everything once more. */
  mount(make: () => ReactNode, mode: "strict" | "plain" = "plain"): void {
    app.again = () => app.render(make(), mode);
    app.again();
  },
  again: () => {},

  /** A gate, and how it is opened. */
  gate(): [Gate, () => void] {
    let open = () => {};
    const gate: Gate = {};
    gate.waiting = new Promise((resolve) => {
      open = () => {
        gate.waiting = undefined;
        resolve();
      };
    });
    return [gate, () => open()];
  },

  /** Hydrates what the server rendered. */
  hydrate(node: ReactNode): void {
    const onRecoverableError = (error: unknown) => void complaints.push(String(error));
    root = hydrateRoot(place(), node, { onRecoverableError });
  },

  unmount(): void {
    root?.unmount();
    root = undefined;
  },

  /** What the component of that name shows. */
  textOf(name: string): string | null | undefined {
    return document.getElementById(name)?.textContent;
  },

  provide(
    props: rollgate.RollgateProviderProps,
    ...children: (() => ReactNode)[]
  ): ReturnType<typeof createElement> {
    const elements = children.map((child, index) => createElement(child, { key: index }));
    return createElement(rollgate.RollgateProvider, props, createElement(Fragment, null, elements));
  },
};

function place(): HTMLElement {
  const found = document.getElementById("root");
  if (found === null) throw new Error("The page has no root.");
  return found;
}

Object.assign(window, { app });
