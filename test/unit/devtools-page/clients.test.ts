import { expect, test } from "vitest";
import { booksOf } from "../../../src/devtools-page/model/books";
import { chosenClient, clientsOf } from "../../../src/devtools-page/model/clients";
import { EMPTY, type PageState } from "../../../src/devtools-page/model/page-state";
import { reduce } from "../../../src/devtools-page/model/reduce";
import { actorMessage } from "./messages";

interface Given {
  readonly id: string;
  readonly connected?: boolean;
  readonly status?: "active" | "done";
  readonly context?: Readonly<Record<string, unknown>>;
}

function stateOf(...clients: readonly Given[]): PageState {
  return clients.reduce((state, { id, connected = true, status = "active", context = {} }) => {
    const ids = { sessionId: id, rootId: id };
    const root = actorMessage({ ...ids, snapshot: { status, value: "shut", context } });
    const child = actorMessage({ sessionId: `${id}/child`, rootId: id, name: "child" });
    const source = { id: `source ${id}`, label: "process", connected, since: 7 };
    const inspected = { type: "inspection", sourceId: source.id, seq: 1 } as const;
    // In any order: a child may be told of before its parent.
    const told = reduce(state, { ...inspected, message: child });
    return reduce(reduce(told, { ...inspected, message: root }), { type: "source", source });
  }, EMPTY);
}

test("a client is a root actor with its family, the root first", () => {
  const [client, ...others] = clientsOf(stateOf({ id: "a" }));
  expect(others).toEqual([]);
  expect(client).toMatchObject({ id: "a", label: "1 · door · process", presence: "here" });
  expect(client?.actors.map(({ name }) => name)).toEqual(["door", "child"]);
});

test("one whose process vanished is gone, one that ended is closed", () => {
  const clients = clientsOf(
    stateOf({ id: "a", connected: false }, { id: "b", status: "done" }, { id: "c" }),
  );
  expect(clients.map(({ presence }) => presence)).toEqual(["gone", "closed", "here"]);
  expect(clients[0]?.goneSince).toBe(7);
});

test("the chosen client is the one asked for, else one that is here, else the latest", () => {
  const clients = clientsOf(stateOf({ id: "a", connected: false }, { id: "b" }));
  expect(chosenClient(clients, "a")?.id).toBe("a");
  expect(chosenClient(clients, "elsewhere")?.id).toBe("b");
  expect(chosenClient(clientsOf(stateOf({ id: "a", connected: false })), undefined)?.id).toBe("a");
  expect(chosenClient([], undefined)).toBeUndefined();
});

test("books add up, or are said not to; a client without books has none", () => {
  const books = { sdk: "1", accepted: 10, delivered: 6, pending: 3, dropped: 1, refused: 2 };
  const wrong = { ...books, delivered: 5 };
  const clients = clientsOf(
    stateOf({ id: "a", context: books }, { id: "b", context: wrong }, { id: "c" }),
  );
  expect(booksOf(clients)).toMatchObject([
    { accepted: 10, delivered: 6, pending: 3, dropped: 1, refused: 2, addsUp: true },
    { accepted: 10, delivered: 5, addsUp: false },
  ]);
});
