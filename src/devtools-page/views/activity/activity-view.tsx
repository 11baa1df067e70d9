import type { Client } from "../../model/clients";
import type { PageState } from "../../model/page-state";
import { EventsPanel } from "./events-panel";
import { TelemetryPanel } from "./telemetry-panel";
import { TotalsPanel } from "./totals-panel";
import { UsersPanel } from "./users-panel";

/** Who was seen, and what arrived. */
export function ActivityView(props: {
  readonly state: PageState;
  readonly clients: readonly Client[];
}) {
  const { state, clients } = props;
  return (
    <div class="columns">
      <div>
        <TotalsPanel clients={clients} totals={state.totals} />
        <UsersPanel users={state.users} />
      </div>
      <div>
        <EventsPanel events={state.events} />
        <TelemetryPanel reports={state.telemetry} />
      </div>
    </div>
  );
}
