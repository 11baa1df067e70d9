import { assign, createActor, fromCallback, fromPromise, type InspectionEvent } from "xstate";
import {
  type CacheLoad,
  type ClientActorRef,
  type ClientEvent,
  circuitBreakerMachine,
  clientMachine,
  connectionMachine,
  flushLoopMachine,
  freshnessMachine,
  persistenceMachine,
  refreshMachine,
  type Sample,
} from "../../machines";
import { defineFetchFlagsActor } from "../actors/fetch-flags";
import { defineIdentifyUserActor } from "../actors/identify-user";
import type { PortsOf } from "../actors/ports-of";
import { defineReadStreamActor } from "../actors/read-stream";
import { type BatchPorts, defineSendBatchActor } from "../actors/send-batch";
import type { PageSignal } from "../platform/platform";
import { inputOf } from "./machine-input";
import type { Services } from "./services";

/** The client, as far as its actors know it. */
export interface Core {
  readonly services: Services;
  loadCache(epoch: number): Promise<CacheLoad>;
  restoreEvents(): Promise<void>;
  pageEvent(signal: PageSignal): ClientEvent;
  inspected(event: InspectionEvent): void;
}

type System = ClientActorRef["system"];

/** Each client, by the system its actors live in; gone when that is gone. */
const cores = new WeakMap<System, Core>();

function coreOf(system: System): Core {
  const core = cores.get(system);
  if (core === undefined) throw new Error("These actors belong to no client.");
  return core;
}

const portsOf = (system: System) => coreOf(system).services;

function sample({ system }: { system: System }): Sample {
  const { clock, config } = portsOf(system);
  return { at: clock.now(), dice: config.random() };
}

const loop = (batchPortsOf: PortsOf<BatchPorts>) =>
  flushLoopMachine.provide({
    actions: { sample: assign(sample) },
    actors: { sendBatch: defineSendBatchActor(batchPortsOf) },
  });

/** The machines with the actors that do their work: made once, since a state tree is expensive. */
const machine = clientMachine.provide({
  actors: {
    circuit: circuitBreakerMachine.provide({ actions: { sample: assign(sample) } }),
    freshness: freshnessMachine.provide({ actions: { sample: assign(sample) } }),
    connection: connectionMachine.provide({
      actions: { sample: assign(sample) },
      actors: { readStream: defineReadStreamActor(portsOf) },
    }),
    refresh: refreshMachine.provide({
      actions: { sample: assign(sample) },
      actors: {
        identifyUser: defineIdentifyUserActor(portsOf),
        fetchFlags: defineFetchFlagsActor(portsOf),
      },
    }),
    flushTracking: loop((system) => portsOf(system).events),
    flushTelemetry: loop((system) => portsOf(system).telemetry),
    persistCache: persistenceMachine.provide({
      actors: {
        save: fromPromise(async ({ system }) => {
          const { cache, rulesCache } = portsOf(system);
          await cache.save();
          await rulesCache.save();
        }),
      },
    }),
    persistOutbox: persistenceMachine.provide({
      actors: { save: fromPromise(({ system }) => portsOf(system).outbox.save()) },
    }),
    loadCache: fromPromise<CacheLoad, { epoch: number }>(({ input, system }) =>
      coreOf(system).loadCache(input.epoch),
    ),
    compileRules: fromPromise<void, void>(({ system }) => portsOf(system).rules.compileReceived()),
    restoreEvents: fromPromise<void, void>(({ system }) => coreOf(system).restoreEvents()),
    watchPage: fromCallback<ClientEvent, void>(({ sendBack, system }) => {
      const core = coreOf(system);
      return core.services.platform.watchPage((signal) => sendBack(core.pageEvent(signal)));
    }),
  },
});

/** Makes a client's actors and enters it, so that they find their ports. Nothing runs before it is started. */
export function wireUp(core: Core): ClientActorRef {
  const { services } = core;
  const root = createActor(machine, {
    systemId: "client",
    id: "client",
    clock: services.clock,
    input: inputOf(services),
    inspect: (event) => core.inspected(event),
    logger: (message: unknown) => services.logger.debug(String(message)),
  });
  cores.set(root.system, core);
  return root;
}
