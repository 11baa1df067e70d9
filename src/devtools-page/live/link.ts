/** How the page stands with the dev server. */
export type Link =
  | { readonly status: "connecting" }
  | { readonly status: "open" }
  /** It is gone; `retryAt` is when it is asked for again, in milliseconds since the epoch. */
  | { readonly status: "lost"; readonly retryAt: number };
