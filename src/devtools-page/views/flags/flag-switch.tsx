/** Turns a flag on or off for everybody. */
export function FlagSwitch(props: {
  readonly flagKey: string;
  readonly isOn: boolean;
  readonly isDisabled: boolean;
  readonly onToggle: (isOn: boolean) => void;
}) {
  const { flagKey, isOn, isDisabled, onToggle } = props;
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={isOn}
      aria-label={`${flagKey} enabled`}
      disabled={isDisabled}
      onClick={() => onToggle(!isOn)}
    >
      <span class="knob" />
      {isOn ? "on" : "off"}
    </button>
  );
}
