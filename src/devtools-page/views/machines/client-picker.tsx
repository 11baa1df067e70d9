import { type Client, factsOf } from "../../model/clients";
import { count } from "../../model/format";

/** Chooses the client whose machines are shown. */
export function ClientPicker(props: {
  readonly clients: readonly Client[];
  readonly chosen: Client;
  readonly onChoose: (id: string) => void;
}) {
  const { clients, chosen, onChoose } = props;
  return (
    <div class="client-picker">
      <label for="client">Client</label>
      <select
        id="client"
        value={chosen.id}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {clients.map((client) => (
          <option key={client.id} value={client.id}>
            {client.label}
            {client.presence === "here" ? "" : ` (${client.presence})`}
          </option>
        ))}
      </select>
      <span class={`presence ${chosen.presence}`}>{WORDS[chosen.presence]}</span>
      <FlagsInHand client={chosen} />
    </div>
  );
}

/** What a client serves, and where it has that from. */
function FlagsInHand(props: { readonly client: Client }) {
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

const WORDS = { here: "connected", gone: "gone", closed: "closed" } as const;
