import { useState } from "preact/hooks";
import type { FlagRow } from "../../../dev-server/devtools/messages";
import { useTask } from "../../hooks/use-task";
import { Failure } from "../../parts/failure";
import { type Scene, scenes } from "./scene";

/** One button for each scene, with what to watch; in the brief form only of the one played last. */
export function Scenes(props: { readonly flags: readonly FlagRow[]; readonly isBrief?: boolean }) {
  const task = useTask();
  const [played, setPlayed] = useState<Scene>();
  const play = (scene: Scene) => {
    setPlayed(scene);
    void task.run(scene.run);
  };
  return (
    <>
      <ul class={props.isBrief ? "scenes brief" : "scenes"} aria-label="Scenes">
        {scenes(props.flags).map((scene) => (
          <li key={scene.title}>
            <button type="button" title={scene.watch} onClick={() => play(scene)}>
              {scene.title}
            </button>
            {!props.isBrief && <span class="quiet">{scene.watch}</span>}
          </li>
        ))}
      </ul>
      {props.isBrief && played !== undefined && (
        <p class="watch" role="status">
          <b>{played.title}</b> <span class="quiet">{played.watch}</span>
        </p>
      )}
      <Failure message={task.error} />
    </>
  );
}
