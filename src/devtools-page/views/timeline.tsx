import { useMemo, useState } from "preact/hooks";
import { useLatest } from "../hooks/use-latest";
import type { Client } from "../model/clients";
import { filterTransitions } from "../model/filter-transitions";
import { count } from "../model/format";
import type { Transition } from "../model/page-state";
import { MoreButton } from "../parts/more-button";
import { Panel } from "../parts/panel";
import { Scroller } from "../parts/scroller";
import { TimelineControls } from "./timeline-controls";
import { TimelineRow } from "./timeline-row";

/** What a client's machines did, newest first. */
export function Timeline(props: {
  readonly client: Client | undefined;
  readonly transitions: readonly Transition[];
  readonly chosen: Transition | undefined;
  readonly onChoose: (transition: Transition | undefined) => void;
}) {
  const { client, chosen, onChoose } = props;
  const [machine, setMachine] = useState("");
  const [text, setText] = useState("");
  const [held, setHeld] = useState<readonly Transition[]>();
  const [clearedAt, setClearedAt] = useState(Number.NEGATIVE_INFINITY);
  const transitions = held ?? props.transitions;
  const found = useMemo(
    () =>
      filterTransitions(transitions, { rootId: client?.id, machine, text }).filter(
        ({ step }) => step.seq > clearedAt,
      ),
    [transitions, client?.id, machine, text, clearedAt],
  );
  const { visible, hidden, more } = useLatest(found);
  const clear = () => setClearedAt(transitions.at(-1)?.step.seq ?? clearedAt);
  return (
    <Panel
      title="Timeline"
      kind="timeline"
      extra={
        <span class="acts">
          <span class="quiet">{count(found.length)}</span>
          <button
            type="button"
            class="small"
            aria-pressed={held !== undefined}
            onClick={() => setHeld(held === undefined ? props.transitions : undefined)}
          >
            Pause
          </button>
          <button type="button" class="small" onClick={clear}>
            Clear
          </button>
        </span>
      }
    >
      <TimelineControls
        machines={client?.actors.map(({ name }) => name) ?? []}
        machine={machine}
        text={text}
        onMachine={setMachine}
        onText={setText}
      />
      <Scroller label="Transitions, newest first">
        {visible.length === 0 && <p class="empty">No transition to show.</p>}
        <ol class="rows">
          {visible.map((transition) => (
            <TimelineRow
              key={transition.id}
              transition={transition}
              isChosen={transition.id === chosen?.id}
              onChoose={() => onChoose(transition.id === chosen?.id ? undefined : transition)}
            />
          ))}
        </ol>
        <MoreButton hidden={hidden} onMore={more} />
      </Scroller>
    </Panel>
  );
}
