import type { Client } from "../../model/clients";
import type { PageState, Transition } from "../../model/page-state";
import { Scenes } from "../break/scenes";
import { Timeline } from "../timeline";
import { ClientPicker } from "./client-picker";
import { MachineCards } from "./machine-cards";
import { MachinePanel } from "./machine-panel";
import { NoClients } from "./no-clients";
import { SpokenChanges } from "./spoken-changes";

/** The machines of one client as they move, and what they did. */
export function MachinesView(props: {
  readonly state: PageState;
  readonly clients: readonly Client[];
  readonly client: Client | undefined;
  readonly machine: string | undefined;
  /** A transition of the past that is to be seen in the chart. */
  readonly chosen: Transition | undefined;
  readonly onClient: (id: string) => void;
  readonly onMachine: (name: string) => void;
  readonly onChoose: (transition: Transition | undefined) => void;
}) {
  const { state, clients, client, chosen, onMachine, onChoose } = props;
  if (client === undefined) return <NoClients />;

  const actor = client.actors.find(({ name }) => name === props.machine) ?? client.root;
  const choose = (transition: Transition | undefined) => {
    onChoose(transition);
    const owner = client.actors.find(({ sessionId }) => sessionId === transition?.step.sessionId);
    if (owner !== undefined) onMachine(owner.name);
  };
  return (
    <div class="machines">
      <div class="overview">
        <div class="toolbar">
          <ClientPicker clients={clients} chosen={client} onChoose={props.onClient} />
          <Scenes flags={state.flags} isBrief />
        </div>
        <MachineCards actors={client.actors} chosen={actor} onChoose={onMachine} />
      </div>
      <div class="chosen">
        {actor.machine === undefined ? (
          <p class="empty">The definition of {actor.name} cannot be read.</p>
        ) : (
          <MachinePanel
            key={actor.sessionId}
            actor={actor}
            machine={actor.machine}
            recalled={chosen?.step.sessionId === actor.sessionId ? chosen.step : undefined}
          />
        )}
        <SpokenChanges key={`spoken ${actor.sessionId}`} actor={actor} />
      </div>
      <Timeline client={client} transitions={state.transitions} chosen={chosen} onChoose={choose} />
    </div>
  );
}
