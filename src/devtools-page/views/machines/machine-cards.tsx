import { useNow } from "../../hooks/use-now";
import { wholeSpan } from "../../model/format";
import type { Actor } from "../../model/page-state";
import { StatePill } from "../../parts/state-pill";

/** Every machine of a client: its state, and for how long. */
export function MachineCards(props: {
  readonly actors: readonly Actor[];
  readonly chosen: Actor;
  readonly onChoose: (name: string) => void;
}) {
  const now = useNow();
  return (
    <ul class="cards" aria-label="Machines">
      {props.actors.map((actor) => {
        const [region = actor.name, state = "unknown"] = [...actor.states][0] ?? [];
        const ended = actor.snapshot.status !== "active";
        return (
          <li key={actor.sessionId}>
            <button
              type="button"
              class="card"
              aria-pressed={actor === props.chosen}
              onClick={() => props.onChoose(actor.name)}
            >
              <span class="card-name">{actor.name}</span>
              <StatePill region={region} state={state} />
              <span class="card-since">
                {ended ? actor.snapshot.status : wholeSpan(now - (actor.since.get(region) ?? now))}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
