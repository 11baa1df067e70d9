import type { RequestRecord } from "../../dev-server/http/request-record";
import type { Numbered } from "../../dev-server/records";
import { useLatest } from "../hooks/use-latest";
import { clockTime, count, timeSpan } from "../model/format";
import { MoreButton } from "../parts/more-button";
import { Panel } from "../parts/panel";

/** Every request that the dev server got, latest first. */
export function RequestsView(props: {
  readonly requests: readonly Numbered<RequestRecord>[];
  readonly total: number;
}) {
  const { visible, hidden, more } = useLatest([...props.requests].reverse());
  return (
    <Panel title="Requests" extra={<span class="quiet">{count(props.total)} in all</span>}>
      {visible.length === 0 && <p class="empty">No request has arrived yet.</p>}
      {visible.length > 0 && (
        <table class="stacking requests">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Request</th>
              <th scope="col">Status</th>
              <th scope="col" class="number">
                Duration
              </th>
              <th scope="col">User</th>
              <th scope="col">Note</th>
            </tr>
          </thead>
          <tbody>
            {visible.map((request) => (
              <tr key={request.seq}>
                <td>
                  <time>{clockTime(request.at)}</time>
                </td>
                <td class="path">
                  <b>{request.method}</b> {request.path}
                </td>
                <td>
                  <span class={`pill ${toneOf(request.status)}`}>
                    {request.status || "dropped"}
                  </span>
                </td>
                <td class="number">{timeSpan(request.durationMs)}</td>
                <td>{request.userId}</td>
                <td class="quiet">{request.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <MoreButton hidden={hidden} onMore={more} />
    </Panel>
  );
}

function toneOf(status: number): string {
  if (status === 0 || status >= 400) return "bad";
  return status < 300 ? "good" : "calm";
}
