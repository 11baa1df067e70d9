/** Renders the page on a server; bundled with the React that the browser has. */
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import type { RollgateProviderProps } from "rollgate/react";
import { LatePage, Page } from "./components";

export function render(props: RollgateProviderProps, kind: "page" | "late" = "page"): string {
  return renderToString(createElement(kind === "page" ? Page : LatePage, props));
}
