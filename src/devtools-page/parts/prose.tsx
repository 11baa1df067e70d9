/** A sentence as `stately.config.json` has it: `code` between backticks, _emphasis_ between underscores. */
export function Prose(props: { readonly text: string }) {
  return (
    <>
      {props.text.split(/(`[^`]+`|\b_[^_]+_\b)/).map((part, index) => {
        const inner = part.slice(1, -1);
        if (part.startsWith("`")) return <code key={index}>{inner}</code>;
        return part.startsWith("_") ? <em key={index}>{inner}</em> : part;
      })}
    </>
  );
}
