/** Renders the page on a server; bundled with the React that the browser has. */

import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { createElement } from "react";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import type { RollgateProviderProps } from "rollgate/react";
import { LatePage, Page } from "./components";

/** The page as one text, with a part that the browser comes to late, or as React streams it. */
export type RenderKind = "page" | "late" | "streamed";

export async function render(
  props: RollgateProviderProps,
  kind: RenderKind = "page",
): Promise<string> {
  const element = createElement(kind === "late" ? LatePage : Page, props);
  if (kind !== "streamed") return renderToString(element);
  return text(renderToPipeableStream(element).pipe(new PassThrough()));
}
