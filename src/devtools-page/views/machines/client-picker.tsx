import type { Client } from "../../model/clients";
import { FlagsInHand } from "../../parts/flags-in-hand";

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

const WORDS = { here: "connected", gone: "gone", closed: "closed" } as const;
