/** What of the timeline is to be seen. */
export function TimelineControls(props: {
  readonly machines: readonly string[];
  readonly machine: string;
  readonly text: string;
  readonly onMachine: (machine: string) => void;
  readonly onText: (text: string) => void;
}) {
  return (
    <div class="controls">
      <label>
        <span class="sr-only">Only this machine</span>
        <select
          value={props.machine}
          onChange={(event) => props.onMachine(event.currentTarget.value)}
        >
          <option value="">All machines</option>
          {props.machines.map((machine) => (
            <option key={machine} value={machine}>
              {machine}
            </option>
          ))}
        </select>
      </label>
      <label class="grow">
        <span class="sr-only">Filter by text</span>
        <input
          type="search"
          placeholder="State or event"
          value={props.text}
          onInput={(event) => props.onText(event.currentTarget.value)}
        />
      </label>
    </div>
  );
}
