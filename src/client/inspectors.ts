import type { AnyActorRef, InspectionEvent } from "xstate";
import type { Inspect, InspectedClient } from "../config";
import { ConfigurationError } from "../errors";
import type { EventBridge } from "./event-bridge";

/** Those who watch a client's machines, isolated from it and from each other. */
export class Inspectors {
  readonly #attached = new Set<Inspect>();
  readonly #client: InspectedClient;
  readonly #bridge: EventBridge;

  constructor(client: InspectedClient, bridge: EventBridge) {
    this.#client = client;
    this.#bridge = bridge;
  }

  /** Lets an inspector watch from now on; with a root that runs already, it is told of every actor first. */
  attach(inspect: Inspect, root?: AnyActorRef): () => void {
    if (Object(inspect) !== inspect) {
      throw new ConfigurationError("An inspector must be a function or an observer.", "inspect");
    }
    if (!this.#attached.has(inspect)) {
      if (root !== undefined) this.#introduce(inspect, root, root.sessionId);
      this.#attached.add(inspect);
    }
    return () => {
      if (!this.#attached.delete(inspect) || typeof inspect === "function") return;
      this.#bridge.isolate(() => inspect.detached?.(this.#client), "inspect");
    };
  }

  next(event: InspectionEvent): void {
    for (const inspect of this.#attached) this.#tell(inspect, event);
  }

  /** Tells of an actor and all below it, as XState did when they began. */
  #introduce(inspect: Inspect, actorRef: AnyActorRef, rootId: string): void {
    const { status, children = {} } = actorRef.getSnapshot();
    if (status !== "active") return;
    this.#tell(inspect, { type: "@xstate.actor", actorRef, rootId });
    for (const child of Object.values<AnyActorRef>(children)) {
      this.#introduce(inspect, child, rootId);
    }
  }

  #tell(inspect: Inspect, event: InspectionEvent): void {
    this.#bridge.isolate(
      () =>
        typeof inspect === "function"
          ? inspect(event, this.#client)
          : inspect.next?.(event, this.#client),
      "inspect",
    );
  }
}
