import { createRawServer, type ReceivedRequest } from "../../support/raw-server";
import { createGate, type Gate } from "../../support/rollgate-server";
import { closing } from "./browser";

/** One POST of events that the server took. */
export interface Receipt {
  readonly names: readonly string[];
  /** Whether its answer went out before {@link EventBook.turnPage} was called. */
  known: boolean;
}

/** A server that keeps books: which events it took, in which POST, and whether the sender can know. */
export interface EventBook {
  readonly url: string;
  readonly receipts: readonly Receipt[];
  /** How many POSTs were refused. */
  readonly refused: number;
  /** Takes POSTs from now on, answering each at once. */
  take(): void;
  /** Takes POSTs, but holds their answers back until {@link take}. */
  hold(): void;
  /** Answers POSTs with 503 and takes nothing. */
  refuse(): void;
  /** The sender is about to go: what is not answered by now, it need not have recorded. */
  turnPage(): void;
}

const ALLOW = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, content-type, if-none-match",
};

/** Starts a book on an origin of its own; it is closed after the test. */
export async function startEventBook(): Promise<EventBook> {
  const receipts: Receipt[] = [];
  let gate: Gate | undefined;
  let refusing = false;
  let refused = 0;
  let isOver = false;
  const json = { ...ALLOW, "content-type": "application/json" };

  const server = await createRawServer(async (request, response) => {
    if (request.method === "OPTIONS") return void response.writeHead(204, ALLOW).end();
    if (request.method === "GET") {
      return void response.writeHead(200, json).end(`{"flags":{"beta":true}}`);
    }
    if (refusing) {
      refused++;
      return void response.writeHead(503, json).end("{}");
    }
    const receipt: Receipt = { names: eventNames(request), known: false };
    receipts.push(receipt);
    await gate?.opened;
    response.on("finish", () => {
      receipt.known = !isOver;
    });
    response.writeHead(200, json).end(JSON.stringify({ received: receipt.names.length }));
  });

  const take = () => {
    refusing = false;
    gate?.open();
    gate = undefined;
  };
  return closing({
    url: server.url,
    receipts,
    get refused() {
      return refused;
    },
    take,
    hold() {
      take();
      gate = createGate();
    },
    refuse() {
      take();
      refusing = true;
    },
    turnPage() {
      isOver = true;
    },
    close: () => server.close(),
  });
}

function eventNames({ body }: ReceivedRequest): string[] {
  const { events } = JSON.parse(body) as { events: readonly { eventName: string }[] };
  return events.map(({ eventName }) => eventName);
}

/** How often each event was taken. */
export function copiesOf(book: EventBook): ReadonlyMap<string, number> {
  const copies = new Map<string, number>();
  for (const name of book.receipts.flatMap(({ names }) => names)) {
    copies.set(name, (copies.get(name) ?? 0) + 1);
  }
  return copies;
}

/** The events that were taken again although their sender could know that it had no need to. */
export function sentForNothing(book: EventBook): string[] {
  const known = new Set<string>();
  const again: string[] = [];
  for (const receipt of book.receipts) {
    again.push(...receipt.names.filter((name) => known.has(name)));
    if (receipt.known) for (const name of receipt.names) known.add(name);
  }
  return again;
}
