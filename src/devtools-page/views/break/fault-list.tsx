import type { ActiveFault } from "../../../dev-server/devtools/messages";
import type { Fault } from "../../../dev-server/faults/fault";
import { useTask } from "../../hooks/use-task";
import { control } from "../../live/control";
import { timeSpan } from "../../model/format";
import { Failure } from "../../parts/failure";

/** The faults in force, oldest first: the order in which they apply. */
export function FaultList(props: { readonly faults: readonly ActiveFault[] }) {
  const { faults } = props;
  const task = useTask();
  return (
    <>
      {faults.length === 0 && <p class="empty">The server behaves.</p>}
      <ul class="faults">
        {faults.map(({ id, fault }) => (
          <li key={id}>
            <span>
              <b>{fault.route ?? "all"}</b> {describe(fault)}
            </span>
            <button
              type="button"
              class="small"
              aria-label={`Remove ${id}`}
              onClick={() => void task.run(() => control.removeFault(id))}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      {faults.length > 1 && (
        <button type="button" onClick={() => void task.run(() => control.clearFaults())}>
          Remove all
        </button>
      )}
      <Failure message={task.error} />
    </>
  );
}

/** As in `answers 503, 2.0 s late, 3 more times`. */
function describe(fault: Fault): string {
  const status = fault.status ?? (fault.retryAfter === undefined ? undefined : 429);
  return [
    fault.drop ? "drops the connection" : status !== undefined && `answers ${status}`,
    fault.retryAfter !== undefined && `with Retry-After ${fault.retryAfter}`,
    fault.body !== undefined && `with a bad body: ${fault.body}`,
    fault.latencyMs !== undefined && `${timeSpan(fault.latencyMs)} late`,
    fault.handled && "after doing what was asked",
    fault.times !== undefined && `${fault.times} more ${fault.times === 1 ? "time" : "times"}`,
  ]
    .filter((part) => typeof part === "string")
    .join(", ");
}
