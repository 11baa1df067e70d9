import type { Failure } from "../../machines";
import { ensureRollgateError, ServerError } from "../errors";
import { readCircuit } from "./client-state";
import type { ClientCore, PendingKind } from "./core";
import { clientClosed, errorOf } from "./failures";

/** Does what the root actor's notices ask for: flags change hands, promises settle, the app is told. */
export function attendNotices(core: ClientCore): void {
  attendFlags(core);
  attendPromises(core);
  attendDelivery(core);
  attendCircuit(core);
  attendEnd(core);
}

function attendFlags(core: ClientCore): void {
  const { root, bridge } = core;
  const { store, cache, rules, rulesCache, clock } = core.services;
  const remember = () => {
    if (store.set !== undefined && store.mode === "remote") cache.remember(store.user, store.set);
  };
  root.on("flags.received", ({ epoch, answer }) => {
    if (answer.kind === "changed") store.replace(epoch, answer.flags, "network", answer.etag);
    else store.confirm(epoch);
    remember();
  });
  root.on("flags.given", ({ flags }) => store.replace(store.epoch, flags, "bootstrap"));
  root.on("init.received", ({ epoch, flags }) => {
    store.mergeInit(epoch, flags);
    remember();
  });
  root.on("cache.adopted", ({ epoch }) => core.adoptLoaded(epoch));
  root.on("rules.received", () => {
    const received = rules.take();
    if (received === undefined) return;
    const before = store.rules?.rules;
    store.receiveRules(received.rules);
    rulesCache.remember(received.raw, clock.now());
    if (received.rules.version !== before?.version) core.tellRules(received.rules, before);
  });
  root.on("flags.vouched", ({ of }) => {
    if (of === "rules") {
      store.confirmRules();
      if (store.rules !== undefined) rulesCache.touch(store.rules.rules.version, clock.now());
      return;
    }
    store.confirm(store.epoch);
    remember();
  });
  root.on("freshness.changed", ({ of, to }) => {
    if (of === "rules") return store.setRulesFreshness(to);
    store.setFreshness(to);
    if (to === "stale") bridge.emit("flags_stale", store.record());
  });
  root.on("ready", () => bridge.emit("ready", undefined));
  root.on("error", ({ error }) => core.report(error));
}

function attendPromises(core: ClientCore): void {
  const { root, pending } = core;
  const { store, clock } = core.services;
  root.on("init.settled", ({ failure }) => {
    if (failure === undefined) return pending.resolve("init");
    const error = errorOf(failure, clock.now());
    if (failure.kind !== "error") core.report(error);
    core.rejectInit(error);
  });
  root.on("fetch.settled", ({ forced, failure }) => {
    if (failure === undefined) {
      if (forced) pending.resolve("refresh");
      pending.resolve("identify");
      return;
    }
    // When the server fails, what it last said of this user is in force.
    const served = store.set !== undefined && (failure.kind === "error" || failure.kind === "open");
    if (served) pending.resolve("identify");
    reject(core, failure, ["identify", ...(forced ? (["refresh"] as const) : [])]);
  });
}

function attendDelivery(core: ClientCore): void {
  const { root, bridge, pending } = core;
  const { queue, outbox, telemetry } = core.services;
  root.on("flush.progressed", ({ channel, delivered, rejected, failure }) => {
    if (channel === "telemetry") {
      if (failure?.kind === "error") core.report(failure.error);
      pending.resolve("telemetry", telemetry.reported);
      return;
    }
    outbox.change();
    if (delivered > 0) bridge.emit("events_flushed", { count: delivered });
    if (rejected > 0) {
      bridge.emit("events_dropped", { count: rejected, reason: "rejected" });
      core.report(
        failure?.kind === "error"
          ? failure.error
          : new ServerError(`The server did not take ${rejected} of the events it was sent.`, {
              code: "EVENTS_REJECTED",
              retryable: false,
            }),
      );
    }
    const { accepted, pending: waiting } = queue.stats();
    pending.resolve("events", accepted - waiting);
  });
  root.on("flush.failed", ({ channel, failure, repeated }) => {
    const kind = channel === "tracking" ? "events" : "telemetry";
    const awaited = pending.has(kind);
    // A server that stays down is reported once; whoever asked hears of it each time.
    if (failure.kind === "error" && (awaited || !repeated)) core.report(failure.error);
    reject(core, failure, [kind]);
  });
}

function attendCircuit({ root, machines, bridge, services }: ClientCore): void {
  root.on("circuit.opened", () => bridge.emit("circuit_open", readCircuit(machines)));
  root.on("circuit.halfOpened", () => bridge.emit("circuit_half_open", undefined));
  root.on("circuit.closed", () => bridge.emit("circuit_closed", undefined));
  root.on("hold.started", ({ until }) => services.cache.rememberHold(until));
}

function attendEnd(core: ClientCore): void {
  const { root, bridge, pending } = core;
  const { queue, outbox } = core.services;
  root.on("closed", async () => {
    const lost = core.config.tracking.persist ? 0 : queue.closeRemaining();
    // What is still under way must not be heard of: it has been counted.
    root.stop();
    if (lost > 0) bridge.emit("events_dropped", { count: lost, reason: "closed" });
    for (const kind of ["events", "telemetry"] as const) pending.reject(kind, clientClosed());
    await outbox.release().catch(() => {});
    bridge.emit("closed", undefined);
    bridge.seal();
    pending.resolve("close");
  });
  root.subscribe({ error: (error) => core.report(ensureRollgateError(error)) });
}

/** Rejects whoever waits. A promise that the app forgot to await must show as an event. */
function reject(core: ClientCore, failure: Failure, kinds: readonly PendingKind[]): void {
  const awaited = kinds.filter((kind) => core.pending.has(kind));
  if (awaited.length === 0) return;
  const error = errorOf(failure, core.services.clock.now());
  if (failure.kind !== "error") core.report(error);
  for (const kind of awaited) core.pending.reject(kind, error);
}
