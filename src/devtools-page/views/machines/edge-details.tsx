import type { Edge } from "../../chart/drawing";

/** The ways along an edge, each with what its event means. */
export function EdgeDetails(props: { readonly edge: Edge }) {
  return (
    <div class="details">
      <h3>Transition</h3>
      <ul class="ways">
        {props.edge.lines.map(({ text, arrow, description }) => (
          <li key={text}>
            <b>{text}</b>
            <span class="quiet">
              {" "}
              {arrow.source || "any state"} → {arrow.target}
              {description === undefined ? "" : `: ${description}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
