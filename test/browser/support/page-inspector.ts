import type { AnyMachineSnapshot, AnyStateMachine, InspectionEvent } from "xstate";
import type { RollgateClient } from "../../../src";
import type { InspectedSnapshot, InspectionMessage } from "../../../src/inspect/messages";

interface Inspected {
  readonly id: string;
  readonly sessionId: string;
  readonly logic?: AnyStateMachine;
  readonly _parent?: Inspected;
  getSnapshot(): unknown;
}

/** Turns what XState tells of a real client into messages as an inspector sends them. */
export class PageInspector {
  /** Whose books the root's context shows. */
  client: RollgateClient | undefined;
  readonly #name: string;
  readonly #send: (message: InspectionMessage) => void;
  readonly #known = new Set<string>();
  #lastId = 0;

  constructor(name: string, send: (message: InspectionMessage) => void) {
    this.#name = name;
    this.#send = send;
  }

  /** Fit for the option `inspect`. */
  readonly observe = (event: InspectionEvent): void => {
    const actor = event.actorRef as unknown as Inspected;
    if (actor.logic === undefined || !("root" in actor.logic)) return;
    if (event.type === "@xstate.event") this.#register(actor);
    if (event.type !== "@xstate.microstep") return;
    this.#send({
      ...this.#base(actor),
      type: "@xstate.snapshot",
      event: { type: event.event.type },
      snapshot: this.#snapshot(actor, event.snapshot as AnyMachineSnapshot),
    });
  };

  #register(actor: Inspected): void {
    if (this.#known.has(actor.sessionId)) return;
    this.#known.add(actor.sessionId);
    this.#send({
      ...this.#base(actor),
      type: "@xstate.actor",
      name: actor.id,
      parentId: actor._parent && this.#session(actor._parent),
      definition: JSON.stringify(actor.logic?.config),
      snapshot: this.#snapshot(actor, actor.getSnapshot() as AnyMachineSnapshot),
    });
  }

  #base(actor: Inspected) {
    return {
      _version: "0.7.1",
      id: `${this.#name} ${++this.#lastId}`,
      createdAt: String(Date.now()),
      sessionId: this.#session(actor),
      rootId: this.#session(rootOf(actor)),
    };
  }

  #session({ sessionId }: Inspected): string {
    return `${this.#name}:${sessionId}`;
  }

  #snapshot(actor: Inspected, { status, value }: AnyMachineSnapshot): InspectedSnapshot {
    return { status, value, context: rootOf(actor) === actor ? this.#books() : {} };
  }

  #books(): Readonly<Record<string, unknown>> {
    if (this.client === undefined) return { sdk: "test", accepted: 0 };
    const { accepted, delivered, pending, dropped, refused } = this.client.getEventStats();
    const lost = dropped.overflow + dropped.rejected + dropped.closed;
    const flagCount = Object.keys(this.client.getAllFlags()).length;
    const books = { accepted, delivered, pending, dropped: lost, refused };
    return { sdk: "test", flagCount, source: "network", ...books };
  }
}

function rootOf(actor: Inspected): Inspected {
  return actor._parent === undefined ? actor : rootOf(actor._parent);
}
