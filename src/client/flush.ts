import type { AnyMachineSnapshot } from "xstate";
import { inTime } from "../storage/in-time";
import type { ClientCore } from "./core";

/** The actors that may have something under way. */
const WORKERS = ["client", "refresh", "tracking", "telemetry", "cache", "outbox"];

/**
 * Does now what would be done later, and waits until nothing is under way, at most
 * `closeTimeoutMs`. It never rejects: whatever fails has its own way to the app.
 * @param send settles when what is unsent was sent, or cannot be.
 */
export async function flushAll(
  core: ClientCore,
  send: () => readonly Promise<void>[],
): Promise<void> {
  const { config, services } = core;
  const letGo = services.platform.keepAlive();
  const work = async () => {
    // What an earlier life left is still being read, and is unsent, too.
    if (isBusy(core.root.getSnapshot())) await rest(core);
    await Promise.allSettled(send());
    // A fetch, or the delivery just made, may leave something to be written.
    await rest(core);
    core.send({ type: "flush.deferred" });
    await rest(core);
  };
  try {
    await inTime(work(), config.closeTimeoutMs, services.clock, () => {});
  } catch {
    // What takes longer goes on.
  } finally {
    letGo();
  }
}

/** Waits until no worker is busy. */
async function rest({ root }: ClientCore): Promise<void> {
  const workers = WORKERS.map((name) => root.system.get(name));
  for (;;) {
    const busy = workers.find((worker) => isBusy(worker?.getSnapshot()));
    if (busy === undefined) return;
    await new Promise<void>((resolve) => {
      const { unsubscribe } = busy.subscribe({ next: done, error: done, complete: done });
      function done(): void {
        resolve();
        queueMicrotask(() => unsubscribe());
      }
    });
  }
}

function isBusy(snapshot: AnyMachineSnapshot | undefined): boolean {
  return snapshot?.status === "active" && snapshot.hasTag("busy");
}
