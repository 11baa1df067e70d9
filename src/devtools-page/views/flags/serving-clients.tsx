import { type Client, factsOf } from "../../model/clients";
import { FlagsInHand } from "../../parts/flags-in-hand";

/** What each watched client serves now, and the source it has that from. */
export function ServingClients(props: { readonly clients: readonly Client[] }) {
  const serving = props.clients.filter(
    (client) => client.presence === "here" && factsOf(client) !== undefined,
  );
  if (serving.length === 0) return null;
  return (
    <ul class="serving" aria-label="What watched clients serve">
      {serving.map((client) => (
        <li key={client.id}>
          {client.label} <FlagsInHand client={client} />
        </li>
      ))}
    </ul>
  );
}
