import type { Row } from "./harness/row";
import { CONTESTANTS } from "./peers/contestants.mjs";
import { contestantRows } from "./rows/contestants";
import { creatingRows } from "./rows/creating";
import { flagCountRows } from "./rows/flag-count";
import { heapRows } from "./rows/heap";
import { inspectorRows } from "./rows/inspector";
import { isEnabledRows } from "./rows/is-enabled";
import { localRows } from "./rows/local";
import { networkRows } from "./rows/network";
import { regexRows } from "./rows/regex";
import { trackRows } from "./rows/track";

/** All there is to measure, in the order of the table. */
export const GROUPS: ReadonlyMap<string, () => Promise<Row[]>> = new Map([
  ["is-enabled", isEnabledRows],
  ["flag-count", flagCountRows],
  ["local", localRows],
  ["heap", heapRows],
  ["track", trackRows],
  ["regex", regexRows],
  ["inspector", inspectorRows],
  ["creating", creatingRows],
  ["network", networkRows],
  ...Object.keys(CONTESTANTS).map(
    (id) => [`next-to-others:${id}`, () => contestantRows(id)] as const,
  ),
]);
