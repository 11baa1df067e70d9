import type { Evaluation, FlagRow } from "../../../dev-server/devtools/messages";
import { useTask } from "../../hooks/use-task";
import { control } from "../../live/control";
import { decidedBy } from "../../model/decided-by";
import { shortValue } from "../../model/format";
import { Failure } from "../../parts/failure";
import { FlagSwitch } from "./flag-switch";
import { RolloutSlider } from "./rollout-slider";
import { TargetUsers } from "./target-users";

/** One flag, what can be changed of it, and what the chosen user gets. */
export function FlagTableRow(props: {
  readonly flag: FlagRow;
  readonly userId: string | undefined;
  readonly answer: Evaluation["answers"][string] | undefined;
}) {
  const { flag, userId, answer } = props;
  const { key, definition } = flag;
  const task = useTask();
  const patch = (change: Parameters<typeof control.patchFlag>[1]) =>
    void task.run(() => control.patchFlag(key, change));
  return (
    <tr>
      <th scope="row">
        {key}
        {definition.description !== undefined && (
          <span class="quiet note">{definition.description}</span>
        )}
        <Failure message={task.error} />
      </th>
      <td data-label="Enabled">
        <FlagSwitch
          flagKey={key}
          isOn={definition.enabled}
          isDisabled={task.isRunning}
          onToggle={(enabled) => patch({ enabled })}
        />
      </td>
      <td data-label="Rollout">
        <RolloutSlider
          flagKey={key}
          rollout={definition.rollout ?? 100}
          isDisabled={task.isRunning}
          onCommit={(rollout) => patch({ rollout })}
        />
      </td>
      <td data-label="Value">
        {answer === undefined ? (
          <span class="quiet">…</span>
        ) : (
          <code class={answer.value === true ? "value on" : "value"}>
            {shortValue(answer.value)}
          </code>
        )}
      </td>
      <td data-label="Decided by">
        {answer === undefined ? (
          <span class="quiet">…</span>
        ) : (
          <>
            {decidedBy(answer.reason, definition)}
            <span class="quiet note">{answer.reason.kind}</span>
          </>
        )}
      </td>
      <td data-label="Targeted users">
        <TargetUsers
          flagKey={key}
          users={definition.targetUsers ?? []}
          userId={userId}
          onChange={(targetUsers) => patch({ targetUsers })}
        />
      </td>
    </tr>
  );
}
