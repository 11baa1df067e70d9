import { useEffect, useRef, useState } from "preact/hooks";
import type { Actor } from "../../model/page-state";

/** At most as often as one can listen to. */
const PAUSE_MS = 2_000;

/** Tells screen readers how a machine moves on, politely. */
export function SpokenChanges(props: { readonly actor: Actor }) {
  const text = [...props.actor.states].map(([region, state]) => `${region}: ${state}`).join(", ");
  const latest = useRef(text);
  latest.current = text;
  const [spoken, setSpoken] = useState("");
  useEffect(() => {
    const timer = setInterval(() => setSpoken(latest.current), PAUSE_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p class="sr-only" aria-live="polite">
      {spoken}
    </p>
  );
}
