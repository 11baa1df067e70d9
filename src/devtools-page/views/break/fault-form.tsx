import { useState } from "preact/hooks";
import { useTask } from "../../hooks/use-task";
import { control } from "../../live/control";
import { Failure } from "../../parts/failure";
import { type FaultDraft, faultOf, ROUTES, WAYS } from "./fault-draft";

const FIRST: FaultDraft = { route: "all", way: "status", number: 503, times: undefined };

/** Makes a route of the server fail in one of several ways. */
export function FaultForm() {
  const [draft, setDraft] = useState(FIRST);
  const task = useTask();
  const way = WAYS.find(({ id }) => id === draft.way) ?? WAYS[0];
  return (
    <form
      class="fault-form"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(() => control.addFault(faultOf(draft)));
      }}
    >
      <label>
        Requests
        <select
          value={draft.route}
          onChange={(event) =>
            setDraft({ ...draft, route: ROUTES[event.currentTarget.selectedIndex] ?? "all" })
          }
        >
          {ROUTES.map((route) => (
            <option key={route}>{route}</option>
          ))}
        </select>
      </label>
      <label>
        What happens
        <select
          value={draft.way}
          onChange={(event) => {
            const chosen = WAYS[event.currentTarget.selectedIndex] ?? WAYS[0];
            setDraft({ ...draft, way: chosen.id, number: chosen.usual });
          }}
        >
          {WAYS.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {way.unit !== undefined && (
        <label>
          {way.unit === "status" ? "Status" : `How long, in ${way.unit}`}
          <input
            type="number"
            required
            min={way.least}
            max={way.most}
            value={draft.number}
            onInput={(event) => setDraft({ ...draft, number: event.currentTarget.valueAsNumber })}
          />
        </label>
      )}
      <label>
        How often
        <input
          type="number"
          min={1}
          placeholder="always"
          value={draft.times ?? ""}
          onInput={({ currentTarget: { value, valueAsNumber } }) =>
            setDraft({ ...draft, times: value === "" ? undefined : valueAsNumber })
          }
        />
      </label>
      <button type="submit" class="primary" disabled={task.isRunning}>
        Add fault
      </button>
      <Failure message={task.error} />
    </form>
  );
}
