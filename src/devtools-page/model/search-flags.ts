import type { FlagRow } from "../../dev-server/devtools/messages";

/** Flags with a text in their key or description, in any case. */
export function searchFlags(flags: readonly FlagRow[], search: string): readonly FlagRow[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return flags;
  return flags.filter(({ key, definition }) =>
    `${key} ${definition.description ?? ""}`.toLowerCase().includes(wanted),
  );
}
