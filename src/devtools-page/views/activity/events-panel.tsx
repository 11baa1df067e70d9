import type { Numbered, RecordedEvent } from "../../../dev-server/records";
import { useLatest } from "../../hooks/use-latest";
import { clockTime } from "../../model/format";
import { MoreButton } from "../../parts/more-button";
import { Panel } from "../../parts/panel";
import { Scroller } from "../../parts/scroller";

/** Conversion events as they arrive, latest first. */
export function EventsPanel(props: { readonly events: readonly Numbered<RecordedEvent>[] }) {
  const { visible, hidden, more } = useLatest([...props.events].reverse());
  return (
    <Panel title="Events">
      <Scroller label="Events, latest first" kind="short">
        {visible.length === 0 && <p class="empty">No event has arrived yet.</p>}
        {visible.length > 0 && (
          <table class="stacking events">
            <thead>
              <tr>
                <th scope="col">Tracked at</th>
                <th scope="col">Event</th>
                <th scope="col">Flag</th>
                <th scope="col">User</th>
                <th scope="col" class="number">
                  Value
                </th>
              </tr>
            </thead>
            <tbody>
              {visible.map((event) => (
                <tr key={event.seq}>
                  <td>
                    <time>{clockTime(Date.parse(event.timestamp))}</time>
                  </td>
                  <td class="path">{event.eventName}</td>
                  <td>{event.flagKey}</td>
                  <td>{event.userId}</td>
                  <td class="number">{event.value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <MoreButton hidden={hidden} onMore={more} />
      </Scroller>
    </Panel>
  );
}
