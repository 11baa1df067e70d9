import { type ActorRefFrom, sendParent, setup, stateIn } from "xstate";
import { ensureRollgateError, type RollgateError } from "../src/errors";
import { requiredPromise } from "./required";

export interface PersistenceInput {
  /** Whether there is a place to write to. */
  readonly keeps: boolean;
  /** Changes are collected this long before they are written, in milliseconds. */
  readonly saveDelayMs: number;
  /** The same for mere confirmations of what is stored already. */
  readonly touchDelayMs: number;
}

export type PersistenceEvent =
  | { readonly type: "content.changed" }
  | { readonly type: "content.touched" }
  /** Writes what is unsaved now, without collecting more. */
  | { readonly type: "flush" }
  /** Writes what is unsaved and ends. */
  | { readonly type: "close" };

/** What persistence tells the client. */
export interface PersistenceNotice {
  readonly type: "persistence.failed";
  readonly error: RollgateError;
}

const failed = {
  type: "notifyFailed",
  params: ({ event }: { event: { error: unknown } }) => ({
    error: ensureRollgateError(event.error),
  }),
} as const;

/**
 * Writes what changed, one write at a time, never for each change. One machine,
 * two actors: the cache of flags and the outbox of unsent events.
 */
export const persistenceMachine = setup({
  types: {
    context: {} as PersistenceInput,
    events: {} as PersistenceEvent,
    input: {} as PersistenceInput,
    /** Something is under way. */
    tags: {} as "busy",
  },
  actors: { save: requiredPromise<void, void>("save") },
  actions: {
    notifyFailed: sendParent((_, params: { error: RollgateError }) => ({
      type: "persistence.failed",
      error: params.error,
    })),
  },
  guards: {
    keepsNothing: ({ context }) => !context.keeps,
    outrun: stateIn("#outrun"),
    closing: stateIn("#closing"),
  },
  delays: {
    saveDelay: ({ context }) => context.saveDelayMs,
    touchDelay: ({ context }) => context.touchDelayMs,
  },
}).createMachine({
  id: "persistence",
  context: ({ input }) => input,
  initial: "clean",
  states: {
    nowhere: { on: { close: "closed" } },
    clean: {
      always: { guard: "keepsNothing", target: "nowhere" },
      on: { "content.changed": "dirty", "content.touched": "touched", close: "closed" },
    },
    touched: {
      after: { touchDelay: "saving" },
      on: { "content.changed": "dirty", flush: "saving", close: "finishing" },
    },
    dirty: { after: { saveDelay: "saving" }, on: { flush: "saving", close: "finishing" } },
    saving: {
      tags: "busy",
      invoke: {
        id: "save",
        src: "save",
        onDone: [
          { guard: "outrun", target: "dirty" },
          { guard: "closing", target: "finishing" },
          { target: "clean" },
        ],
        onError: [
          { guard: "closing", target: "closed", actions: failed },
          { guard: "outrun", target: "dirty", actions: failed },
          { target: "clean", actions: failed },
        ],
      },
      initial: "current",
      states: {
        current: {
          on: { "content.changed": "outrun", "content.touched": "outrun", close: "closing" },
        },
        outrun: { id: "outrun", on: { close: "closing" } },
        closing: { id: "closing" },
      },
    },
    finishing: {
      invoke: {
        id: "save",
        src: "save",
        onDone: "closed",
        onError: { target: "closed", actions: failed },
      },
    },
    closed: { type: "final" },
  },
});

export type PersistenceActorRef = ActorRefFrom<typeof persistenceMachine>;
