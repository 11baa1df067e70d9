import { toneOf } from "../model/tone";

/** A state's name with the colour of what it means. */
export function StatePill(props: { readonly region: string; readonly state: string }) {
  return (
    <span class={`pill ${toneOf(props.region, props.state)}`}>
      {props.state.split(/(?<=\.)/).map((part, index) => (
        <>
          {index > 0 && <wbr />}
          {part}
        </>
      ))}
    </span>
  );
}
