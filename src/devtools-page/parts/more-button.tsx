import { count } from "../model/format";

export function MoreButton(props: { readonly hidden: number; readonly onMore: () => void }) {
  if (props.hidden === 0) return null;
  return (
    <button type="button" class="more" onClick={props.onMore}>
      Show more ({count(props.hidden)} older)
    </button>
  );
}
