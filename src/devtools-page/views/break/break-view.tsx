import { useTask } from "../../hooks/use-task";
import { control } from "../../live/control";
import type { PageState } from "../../model/page-state";
import { Failure } from "../../parts/failure";
import { Panel } from "../../parts/panel";
import { FaultForm } from "./fault-form";
import { FaultList } from "./fault-list";
import { Scenes } from "./scenes";

/** Makes the server misbehave. */
export function BreakView(props: { readonly state: PageState }) {
  const { flags, faults, streams } = props.state;
  const task = useTask();
  return (
    <div class="columns">
      <Panel title="Scenes">
        <Scenes flags={flags} />
      </Panel>
      <div>
        <Panel title="Break something">
          <FaultForm />
        </Panel>
        <Panel title="Faults in force">
          <FaultList faults={faults} />
        </Panel>
        <Panel title="Streams">
          <p class="streams">
            <b>{streams}</b> open
            <button
              type="button"
              disabled={streams === 0}
              onClick={() => void task.run(control.dropStreams)}
            >
              Drop streams
            </button>
          </p>
          <Failure message={task.error} />
        </Panel>
      </div>
    </div>
  );
}
