import type { ComponentChildren } from "preact";

/** A part that scrolls by itself, by keyboard, too. */
export function Scroller(props: {
  readonly label: string;
  readonly kind?: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class={`scroller ${props.kind ?? ""}`} aria-label={props.label} tabIndex={0}>
      {props.children}
    </section>
  );
}
