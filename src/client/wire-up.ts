import { assign, createActor, fromCallback, fromPromise, type InspectionEvent } from "xstate";
import {
  type CacheLoad,
  type ClientActorRef,
  type ClientEvent,
  type ClientInput,
  circuitBreakerMachine,
  clientMachine,
  connectionMachine,
  flushLoopMachine,
  freshnessMachine,
  persistenceMachine,
  refreshMachine,
} from "../../machines";
import { defineFetchFlagsActor } from "../actors/fetch-flags";
import { defineIdentifyUserActor } from "../actors/identify-user";
import { defineReadStreamActor } from "../actors/read-stream";
import { type BatchPorts, defineSendBatchActor } from "../actors/send-batch";
import type { ResolvedConfig } from "../config";
import type { PageSignal } from "../platform/platform";
import type { Services } from "./services";

/** Between the fetches that only the stream wishes for, in milliseconds. */
const STREAM_SPACING_MS = 100;
/** How long changes of flags, and of unsent events, are collected before they are written, in milliseconds. */
const SAVE_DELAY_MS = 1_000;
const OUTBOX_DELAY_MS = 500;
/** With polling disabled, how long a half-open circuit waits at most between probes, in milliseconds. */
const PROBE_INTERVAL_MS = 30_000;

/** What the machines need of the client itself. */
export interface WireUpPorts {
  loadCache(epoch: number): Promise<CacheLoad>;
  restoreEvents(): Promise<void>;
  pageEvent(signal: PageSignal): ClientEvent;
  inspect(event: InspectionEvent): void;
}

/** Joins the machines with the actors that do their work. Nothing runs before it is started. */
export function wireUp(
  config: ResolvedConfig,
  services: Services,
  ports: WireUpPorts,
): ClientActorRef {
  const { http, store, cache, rules, rulesCache, outbox, clock, platform } = services;
  const sample = () => ({ at: clock.now(), dice: config.random() });
  const user = () => store.user;

  const loop = (ports: BatchPorts) =>
    flushLoopMachine.provide({
      actions: { sample: assign(sample) },
      actors: { sendBatch: defineSendBatchActor(ports) },
    });

  const machine = clientMachine.provide({
    actors: {
      circuit: circuitBreakerMachine.provide({ actions: { sample: assign(sample) } }),
      freshness: freshnessMachine.provide({ actions: { sample: assign(sample) } }),
      connection: connectionMachine.provide({
        actions: { sample: assign(sample) },
        actors: {
          readStream: defineReadStreamActor({
            read: services.readStream,
            receiveRules: (raw) => rules.receive(raw),
          }),
        },
      }),
      refresh: refreshMachine.provide({
        actions: { sample: assign(sample) },
        actors: {
          identifyUser: defineIdentifyUserActor({ http, user }),
          fetchFlags: defineFetchFlagsActor({
            http,
            user,
            typedFlags: config.typedFlags,
            userContextHeader: config.userContextHeader,
            etag: () => store.etag,
          }),
        },
      }),
      flushTracking: loop({
        next: (limit) => services.events.next(limit),
        pending: () => services.queue.size,
        batchSize: config.tracking.maxBufferSize,
      }),
      flushTelemetry: loop({
        next: () => services.telemetry.next(),
        pending: () => 0,
        batchSize: Number.POSITIVE_INFINITY,
      }),
      persistCache: persistenceMachine.provide({
        actors: {
          save: fromPromise(async () => {
            await cache.save();
            await rulesCache.save();
          }),
        },
      }),
      persistOutbox: persistenceMachine.provide({
        actors: { save: fromPromise(() => outbox.save()) },
      }),
      loadCache: fromPromise<CacheLoad, { epoch: number }>(({ input }) =>
        ports.loadCache(input.epoch),
      ),
      compileRules: fromPromise<void, void>(() => rules.compileReceived()),
      restoreEvents: fromPromise<void, void>(() => ports.restoreEvents()),
      watchPage: fromCallback<ClientEvent, void>(({ sendBack }) =>
        platform.watchPage((signal) => sendBack(ports.pageEvent(signal))),
      ),
    },
  });

  return createActor(machine, {
    systemId: "client",
    id: "client",
    clock,
    input: inputOf(config, services),
    inspect: (event) => ports.inspect(event),
    logger: (message: unknown) => services.logger.debug(String(message)),
  });
}

function inputOf(config: ResolvedConfig, { storage }: Services): ClientInput {
  const { retry, circuitBreaker, cache, stream, tracking, telemetry } = config;
  const requestTimeoutMs = config.timeoutMs;
  return {
    bootstrapped: config.bootstrap?.flags !== undefined,
    initTimeoutMs: config.initTimeoutMs,
    closeTimeoutMs: config.closeTimeoutMs,
    circuit: {
      ...circuitBreaker,
      probeIntervalMs: config.refreshIntervalMs || PROBE_INTERVAL_MS,
    },
    connection: {
      streaming: config.enableStreaming,
      connectTimeoutMs: requestTimeoutMs,
      refreshIntervalMs: config.refreshIntervalMs,
      reconnectBaseDelayMs: stream.reconnectBaseDelayMs,
      reconnectMaxDelayMs: stream.reconnectMaxDelayMs,
      changeJitterMs: stream.changeJitterMs,
      recoveryTimeoutMs: circuitBreaker.recoveryTimeoutMs,
    },
    refresh: {
      requestTimeoutMs,
      maxRetries: retry.maxRetries,
      backoff: retry,
      streamSpacingMs: STREAM_SPACING_MS,
    },
    freshness: {
      ttlMs: cache.ttlMs,
      ...(config.maxStalenessMs !== undefined && { maxStalenessMs: config.maxStalenessMs }),
    },
    tracking: {
      channel: "tracking",
      periodic: false,
      flushIntervalMs: tracking.flushIntervalMs,
      requestTimeoutMs,
      backoff: retry,
    },
    telemetry: {
      channel: "telemetry",
      periodic: telemetry.enabled,
      flushIntervalMs: telemetry.flushIntervalMs,
      requestTimeoutMs,
      backoff: retry,
    },
    cache: {
      keeps: storage !== undefined,
      saveDelayMs: SAVE_DELAY_MS,
      touchDelayMs: Math.max(SAVE_DELAY_MS, cache.ttlMs / 5),
    },
    outbox: {
      keeps: tracking.persist,
      saveDelayMs: OUTBOX_DELAY_MS,
      touchDelayMs: OUTBOX_DELAY_MS,
    },
  };
}
