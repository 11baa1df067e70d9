import { type Client, factsOf } from "../model/clients";
import { count } from "../model/format";

/** What a client serves, and where it has that from. */
export function FlagsInHand(props: { readonly client: Client }) {
  const { flagCount, source, stale, overrides = 0 } = factsOf(props.client) ?? {};
  if (flagCount === undefined) return null;
  return (
    <span class="quiet">
      {count(flagCount)} flags from {source}
      {stale && ", stale"}
      {overrides > 0 && `, ${overrides} overridden`}
    </span>
  );
}
