import type { AnyActorRef } from "xstate";

/**
 * Finds what an actor works with. Logic is made once for all clients, and each
 * client's actors live in a system of their own.
 */
export type PortsOf<T> = (system: AnyActorRef["system"]) => T;
