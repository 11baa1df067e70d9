import { useEffect, useLayoutEffect } from "react";

/** Whether this is a server: nothing is painted, no effect runs, nothing is waited for. */
export const IS_SERVER = typeof document === "undefined";

/** An effect that runs before the browser paints, and before effects of components below; React 18 warns of it on servers. */
export const useBeforePaint = IS_SERVER ? useEffect : useLayoutEffect;
