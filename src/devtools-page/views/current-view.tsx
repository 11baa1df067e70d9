import { useState } from "preact/hooks";
import type { Route } from "../hooks/use-route";
import type { Client } from "../model/clients";
import type { PageState, Transition } from "../model/page-state";
import { ActivityView } from "./activity/activity-view";
import { BreakView } from "./break/break-view";
import { FlagsView } from "./flags/flags-view";
import { MachinesView } from "./machines/machines-view";
import { RequestsView } from "./requests-view";
import { Timeline } from "./timeline";

export function CurrentView(props: {
  readonly route: Route;
  readonly state: PageState;
  readonly clients: readonly Client[];
  readonly client: Client | undefined;
  readonly onRoute: (change: Partial<Route>) => void;
}) {
  const { route, state, clients, client, onRoute } = props;
  const [chosen, setChosen] = useState<Transition>();
  switch (route.view) {
    case "machines":
      return (
        <MachinesView
          state={state}
          clients={clients}
          client={client}
          machine={route.machine}
          chosen={chosen}
          onClient={(id) => {
            setChosen(undefined);
            onRoute({ client: id });
          }}
          onMachine={(machine) => onRoute({ machine })}
          onChoose={setChosen}
        />
      );
    case "timeline":
      return (
        <Timeline
          client={client}
          transitions={state.transitions}
          chosen={chosen}
          onChoose={setChosen}
        />
      );
    case "flags":
      return <FlagsView state={state} clients={clients} />;
    case "activity":
      return <ActivityView state={state} clients={clients} />;
    case "requests":
      return <RequestsView requests={state.requests} total={state.totals.requests} />;
    case "break":
      return <BreakView state={state} />;
  }
}
