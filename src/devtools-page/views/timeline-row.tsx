import { clockTime, timeSpan } from "../model/format";
import type { Transition } from "../model/page-state";
import { StatePill } from "../parts/state-pill";

/** One transition; chosen, it is shown in the chart. */
export function TimelineRow(props: {
  readonly transition: Transition;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const { transition, isChosen, onChoose } = props;
  const { region, from, to, event, at, heldMs } = transition;
  return (
    <li>
      <button type="button" class="row" aria-pressed={isChosen} onClick={onChoose}>
        <span class="region">{region}</span>
        <time class="at">{clockTime(at)}</time>
        <span class="move">
          {from} → <StatePill region={region} state={to} /> <span class="quiet">{event}</span>
        </span>
        <span class="held">{timeSpan(heldMs)}</span>
      </button>
    </li>
  );
}
