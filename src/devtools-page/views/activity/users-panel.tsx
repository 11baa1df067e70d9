import type { UserContext } from "../../../flags/types";
import { useLatest } from "../../hooks/use-latest";
import { count } from "../../model/format";
import { MoreButton } from "../../parts/more-button";
import { Panel } from "../../parts/panel";

/** Users that clients have identified, latest first. */
export function UsersPanel(props: { readonly users: readonly UserContext[] }) {
  const { visible, hidden, more } = useLatest([...props.users].reverse());
  return (
    <Panel title="Users seen" extra={<span class="quiet">{count(props.users.length)}</span>}>
      {visible.length === 0 && <p class="empty">Nobody was identified yet.</p>}
      <ul class="users">
        {visible.map(({ id, email, attributes = {} }) => (
          <li key={id}>
            <b>{id}</b> {email !== undefined && <span class="quiet">{email}</span>}
            {Object.entries(attributes).map(([name, value]) => (
              <span key={name} class="chip">
                {name}: {String(value)}
              </span>
            ))}
          </li>
        ))}
      </ul>
      <MoreButton hidden={hidden} onMore={more} />
    </Panel>
  );
}
