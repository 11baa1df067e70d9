import { useEffect, useState } from "preact/hooks";

/** The share of users for whom a flag is on; it takes force when the slider is let go. */
export function RolloutSlider(props: {
  readonly flagKey: string;
  readonly rollout: number;
  readonly isDisabled: boolean;
  readonly onCommit: (rollout: number) => void;
}) {
  const { flagKey, rollout, isDisabled, onCommit } = props;
  const [shown, setShown] = useState(rollout);
  useEffect(() => setShown(rollout), [rollout]);
  return (
    <label class="rollout">
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        value={shown}
        aria-label={`Rollout of ${flagKey} in percent`}
        disabled={isDisabled}
        onInput={(event) => setShown(event.currentTarget.valueAsNumber)}
        onChange={(event) => {
          if (event.currentTarget.valueAsNumber !== rollout) {
            onCommit(event.currentTarget.valueAsNumber);
          }
        }}
      />
      <span class="percent">{shown} %</span>
    </label>
  );
}
