import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A titled part of a view. */
export function Panel(props: {
  readonly title: string;
  /** Beside the title: a count, buttons. */
  readonly extra?: ComponentChildren;
  readonly kind?: string;
  readonly children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`panel ${props.kind ?? ""}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.extra}
      </header>
      {props.children}
    </section>
  );
}
