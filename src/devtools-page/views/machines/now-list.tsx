import { useNow } from "../../hooks/use-now";
import { activePaths } from "../../model/active-paths";
import { wholeSpan } from "../../model/format";
import type { Actor } from "../../model/page-state";
import { describeState } from "../../model/texts";
import { Prose } from "../../parts/prose";
import { StatePill } from "../../parts/state-pill";

/** The same in words: where each region of a machine stands. */
export function NowList(props: { readonly actor: Actor }) {
  const { actor } = props;
  const now = useNow();
  return (
    <div class="now">
      <h3>Current states</h3>
      <ul>
        {[...actor.states].map(([region, state]) => (
          <li key={region}>
            <span class="region">{region}</span> <StatePill region={region} state={state} />{" "}
            <span class="quiet">{wholeSpan(now - (actor.since.get(region) ?? now))}</span>
          </li>
        ))}
      </ul>
      <ul class="meanings">
        {innermost(actor).map((path) => (
          <li key={path}>
            <b>{path.split(".").at(-1)}</b> <Prose text={descriptionOf(actor, path) ?? ""} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Current states without current states in them, those with words only. */
function innermost(actor: Actor): string[] {
  const active = [...activePaths(actor.snapshot.value)];
  return active.filter(
    (path) =>
      !active.some((other) => other.startsWith(`${path}.`)) &&
      descriptionOf(actor, path) !== undefined,
  );
}

function descriptionOf(actor: Actor, path: string): string | undefined {
  return actor.machine?.nodes.get(path)?.description ?? describeState(actor.name, path);
}
