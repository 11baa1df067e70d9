/** Twenty pictures a second are enough to follow, and leave time for the reader's own clicks. */
const LEAST_MS = 50;
/** Pages in the background get no frames, but shall not fall behind either. */
const HIDDEN_MS = 250;

/** Calls back before the browser draws next, but not too often. */
export function calmFrames(): (callBack: () => void) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (callBack) => {
    const run = () => {
      last = performance.now();
      callBack();
    };
    const waitMs = last + LEAST_MS - performance.now();
    if (document.hidden) setTimeout(run, HIDDEN_MS);
    else if (waitMs > 0) setTimeout(() => requestAnimationFrame(run), waitMs);
    else requestAnimationFrame(run);
  };
}
