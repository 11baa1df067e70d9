/** The server of workers: every set of flags it gives out is of one value, and it keeps books. */
import { createPlainClient } from "../../support/client";
import { until } from "../../support/events";
import { type RollgateServer, startRollgateServer } from "../../support/rollgate-server";
import { type Books, keepBooks } from "./books";
import { FLAGS, USERS } from "./lines";
import { outboxesIn } from "./whole";

export interface Service {
  readonly server: RollgateServer;
  readonly books: Books;
  /** Answers everything as a server should. */
  heal(): void;
  /** Whether this is the value of a set that this user was given. */
  gave(user: string, value: number): boolean;
}

export async function startService(): Promise<Service> {
  const server = await startRollgateServer();
  const books = keepBooks(server);
  const given = new Map<number, string>();
  const service: Service = {
    server,
    books,
    heal() {
      server.restore();
      server.answer("v2", ({ query }) => {
        const value = given.size + 1;
        given.set(value, query.get("user_id") ?? "");
        return { flags: flagsOf(value) };
      });
      server.answer("events", (request) => {
        books.accepts(request);
        return {};
      });
    },
    gave: (user, value) => given.get(value) === user,
  };
  service.heal();
  return service;
}

function flagsOf(value: number) {
  return Object.fromEntries(
    Array.from({ length: FLAGS }, (_, i) => [
      `flag-${i}`,
      { key: `flag-${i}`, type: "number", value, enabled: true },
    ]),
  );
}

/** Starts a client here in the place of the dead, and lets it send everything that they left. */
export async function inherit({ server }: Service, persistPath: string): Promise<void> {
  const heir = createPlainClient(server, {
    typedFlags: true,
    logLevel: "silent",
    cache: { persistPath },
    tracking: { persist: true, flushIntervalMs: 10 },
  });
  await heir.init({ id: USERS[0] });
  await until(async () => (await outboxesIn(persistPath)).length === 0);
  await heir.close();
}
