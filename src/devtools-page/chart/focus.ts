/** What of a chart the reader looks at: a state by its path, or an edge by its id. */
export type Focus =
  | { readonly kind: "state"; readonly path: string }
  | { readonly kind: "edge"; readonly id: string };
