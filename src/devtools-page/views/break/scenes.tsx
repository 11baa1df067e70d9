import type { FlagRow } from "../../../dev-server/devtools/messages";
import { useTask } from "../../hooks/use-task";
import { Failure } from "../../parts/failure";
import { scenes } from "./scene";

/** One button for each scene; unless brief, with what to watch. */
export function Scenes(props: { readonly flags: readonly FlagRow[]; readonly isBrief?: boolean }) {
  const task = useTask();
  return (
    <>
      <ul class={props.isBrief ? "scenes brief" : "scenes"} aria-label="Scenes">
        {scenes(props.flags).map(({ title, watch, run }) => (
          <li key={title}>
            <button type="button" title={watch} onClick={() => void task.run(run)}>
              {title}
            </button>
            {!props.isBrief && <span class="quiet">{watch}</span>}
          </li>
        ))}
      </ul>
      <Failure message={task.error} />
    </>
  );
}
