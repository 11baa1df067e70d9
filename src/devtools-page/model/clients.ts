import type { ClientFacts } from "../../inspect/messages";
import { numberOf, textOf } from "./json";
import type { Actor, PageState } from "./page-state";

/** A client: a root actor and those that belong to it. */
export interface Client {
  /** Session of its root actor. */
  readonly id: string;
  /** Tells it from the others: `2 · process`. */
  readonly label: string;
  /** `gone` when its process or page vanished, `closed` when it ended by itself. */
  readonly presence: "here" | "gone" | "closed";
  /** Since when it is gone, in milliseconds since the epoch. */
  readonly goneSince: number | undefined;
  readonly root: Actor;
  /** The root first. */
  readonly actors: readonly Actor[];
}

/** All clients, in the order in which they came. */
export function clientsOf({
  actors,
  sources,
}: Pick<PageState, "actors" | "sources">): readonly Client[] {
  const families = new Map<string, Actor[]>();
  for (const actor of actors.values()) {
    const family = families.get(actor.rootId);
    if (family === undefined) families.set(actor.rootId, [actor]);
    else family.push(actor);
  }
  let number = 0;
  return [...families].flatMap(([id, members]) => {
    const root = members.find(({ sessionId }) => sessionId === id);
    if (root === undefined) return [];
    number++;
    const source = sources.get(root.sourceId);
    const isGone = source?.connected === false;
    const presence = isGone ? "gone" : root.snapshot.status === "active" ? "here" : "closed";
    return {
      id,
      label: [
        number,
        ...(root.name === "client" ? [] : [root.name]),
        source?.label ?? "unknown",
      ].join(" · "),
      presence,
      goneSince: isGone ? source.since : undefined,
      root,
      actors: [root, ...members.filter((actor) => actor !== root)],
    } satisfies Client;
  });
}

/** The client that was asked for, else one that is still here, else the latest. */
export function chosenClient(
  clients: readonly Client[],
  id: string | undefined,
): Client | undefined {
  return (
    clients.find((client) => client.id === id) ??
    clients.find(({ presence }) => presence === "here") ??
    clients.at(-1)
  );
}

/** The books of a client, or `undefined` for one that keeps none. */
export function factsOf({ root }: Client): Partial<ClientFacts> | undefined {
  const { context } = root.snapshot;
  if (numberOf(context["accepted"]) === undefined && textOf(context["sdk"]) === undefined) {
    return undefined;
  }
  return context;
}
