import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a process holds at one moment, after a collection of garbage. */
export interface Sample {
  /** Bytes in use. */
  readonly heap: number;
  /** Sockets, pipes and servers of the process. */
  readonly sockets: number;
  /** Timers of the system, and of the virtual clock. */
  readonly timers: number;
  /** Listeners on the process. */
  readonly listeners: number;
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Looks at this process; `pending` are timers of a clock that is not the system's. */
export async function takeSample(pending: number): Promise<Sample> {
  // Closed sockets are let go of in turns of the event loop.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  for (let round = 0; round < 3; round++) collect();
  const resources = process.getActiveResourcesInfo();
  const count = (pattern: RegExp) => resources.filter((name) => pattern.test(name)).length;
  return {
    heap: getHeapStatistics().used_heap_size,
    sockets: count(/TCP|Pipe|Connect|Server/),
    timers: count(/Timeout/) + pending,
    listeners: process
      .eventNames()
      .reduce((sum, name) => sum + process.listenerCount(name as string), 0),
  };
}
