import { useState } from "preact/hooks";

const STEP = 100;

/** The first of a list, as many as one wants to see; a page must not grow without end. */
export function useLatest<T>(list: readonly T[]): {
  readonly visible: readonly T[];
  readonly hidden: number;
  more(): void;
} {
  const [most, setMost] = useState(STEP);
  return {
    visible: list.slice(0, most),
    hidden: Math.max(0, list.length - most),
    more: () => setMost(most + STEP),
  };
}
