import type { ActorRefFrom } from "xstate";
import { compiler, evaluation } from "./client.evaluation";
import { phase } from "./client.phase";
import { clientSetup } from "./client.setup";
import { key, network, page } from "./client.surroundings";
import { answers, readiness, user } from "./client.user";
import { current, wish } from "./client.words";
import type { PermitRequested } from "./events";

const requestOf = ({ event }: { event: PermitRequested }) => ({ request: event });
const refuse = (kind: "offline" | "unauthorized") =>
  ({
    type: "refusePermit",
    params: ({ event }: { event: PermitRequested }) => ({ request: event, refusal: { kind } }),
  }) as const;

/**
 * The root: owns every other machine and the user's epoch, routes between them and
 * speaks to the outside. Its regions are facts that hold side by side: how far the
 * client's life has come, whether flags are in hand, whether requests may leave.
 */
export const clientMachine = clientSetup.createMachine({
  id: "client",
  type: "parallel",
  context: ({ input }) => ({
    ...input,
    epoch: 0,
    identify: false,
    plain: false,
    flags: "dropped",
    age: 0,
    reserve: undefined,
  }),
  invoke: [
    { src: "hold", id: "hold", systemId: "hold" },
    {
      src: "circuit",
      id: "circuit",
      systemId: "circuit",
      input: ({ context }) => context.circuit,
    },
    {
      src: "connection",
      id: "connection",
      systemId: "connection",
      input: ({ context }) => context.connection,
    },
    {
      src: "refresh",
      id: "refresh",
      systemId: "refresh",
      input: ({ context }) => context.refresh,
    },
    {
      src: "freshness",
      id: "freshness",
      systemId: "freshness",
      input: ({ context }) => ({ of: "flags" as const, ...context.freshness }),
    },
    {
      src: "freshness",
      id: "rules",
      systemId: "rules",
      input: ({ context }) => ({ of: "rules" as const, ...context.freshness }),
    },
    {
      src: "flushTracking",
      id: "tracking",
      systemId: "tracking",
      input: ({ context }) => context.tracking,
    },
    {
      src: "flushTelemetry",
      id: "telemetry",
      systemId: "telemetry",
      input: ({ context }) => context.telemetry,
    },
    {
      src: "persistCache",
      id: "cache",
      systemId: "cache",
      input: ({ context }) => context.cache,
      onDone: { actions: { type: "noteStoreClosed", params: { type: "cache.closed" } } },
    },
    {
      src: "persistOutbox",
      id: "outbox",
      systemId: "outbox",
      input: ({ context }) => context.outbox,
      onDone: { actions: { type: "noteStoreClosed", params: { type: "outbox.closed" } } },
    },
    { src: "watchPage", id: "page", systemId: "page", onError: {} },
  ],
  // XState asks the root only when no region has answered: an event stands either
  // here or in the regions, never in both.
  on: {
    "permit.requested": [
      { guard: "offline", actions: refuse("offline") },
      { guard: { type: "fromRefresh", params: requestOf }, actions: forward() },
      { guard: "pageAbsent", actions: refuse("offline") },
      { guard: "keyRefused", actions: refuse("unauthorized") },
      { actions: forward() },
    ],
    refresh: { actions: wish("app") },
    // While the key is refused, only the connection's own question goes out.
    "probe.due": { guard: "keyAccepted", actions: wish("probe") },
    "user.established": {
      guard: current,
      actions: { type: "establishUser", params: ({ event }) => event },
    },
    "identify.failed": {
      actions: ["doubtInit", { type: "emitError", params: ({ event }) => event }],
    },
    "stream.opened": { actions: { type: "tellFreshness", params: ({ event }) => event } },
    "stream.lost": {
      actions: [{ type: "tellFreshness", params: ({ event }) => event }, "doubtRules"],
    },
    "flags.vouched": {
      actions: [{ type: "emitAsIs", params: ({ event }) => event }, "touchCache"],
    },
    "stream.failed": { actions: { type: "emitError", params: ({ event }) => event } },
    "circuit.opened": {
      actions: [{ type: "emitAsIs", params: ({ event }) => event }, "abandonRetries"],
    },
    "circuit.halfOpened": { actions: { type: "emitAsIs", params: ({ event }) => event } },
    "circuit.closed": { actions: { type: "emitAsIs", params: ({ event }) => event } },
    "circuit.reset": { actions: "resetCircuit" },
    "hold.started": {
      actions: [{ type: "emitAsIs", params: ({ event }) => event }, "saveHold"],
    },
    "hold.ended": { actions: { type: "endHold", params: ({ event }) => event } },
    "freshness.changed": [
      {
        guard: { type: "ofRules", params: ({ event }) => event },
        actions: { type: "emitAsIs", params: ({ event }) => event },
      },
      { actions: [{ type: "emitAsIs", params: ({ event }) => event }, "noteJudged"] },
    ],
    "buffer.started": { actions: { type: "forwardToLoop", params: ({ event }) => event } },
    "buffer.full": { actions: { type: "forwardToLoop", params: ({ event }) => event } },
    flush: { actions: { type: "forwardToLoop", params: ({ event }) => event } },
    "flush.last": { actions: { type: "forwardToLoop", params: ({ event }) => event } },
    "flush.progressed": {
      actions: [{ type: "emitAsIs", params: ({ event }) => event }, "saveOutbox"],
    },
    "flush.failed": { actions: { type: "emitAsIs", params: ({ event }) => event } },
    "outbox.changed": { actions: "saveOutbox" },
    "flush.deferred": { actions: "flushDeferred" },
    "persistence.failed": {
      actions: { type: "emitError", params: ({ event }) => ({ error: event.error }) },
    },
    woken: {
      actions: [
        { type: "checkClocks", params: ({ event }) => event },
        { type: "wake", params: ({ event }) => event },
      ],
    },
  },
  states: {
    phase,
    user,
    readiness,
    network,
    page,
    key,
    answers,
    evaluation,
    compiler,
    backlog: {
      initial: "unread",
      states: {
        unread: { on: { init: "reading" } },
        reading: {
          tags: "busy",
          invoke: { id: "restoreEvents", src: "restoreEvents", onDone: "read", onError: "read" },
        },
        read: {},
      },
    },
  },
});

function forward() {
  return { type: "forwardPermit", params: requestOf } as const;
}

export type ClientActorRef = ActorRefFrom<typeof clientMachine>;
