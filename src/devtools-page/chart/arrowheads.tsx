/** The heads of edges, in the colours of idle and lit ones. */
export function Arrowheads() {
  return (
    <defs>
      {["arrow", "arrow-lit"].map((id) => (
        <marker
          key={id}
          id={id}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto-start-reverse"
        >
          <path class={id} d="M0.5,0.5 L7.5,4 L0.5,7.5 Z" />
        </marker>
      ))}
    </defs>
  );
}
