/** Who tracked what, who posted what, and what that says of lost and repeated events. */
import type { RollgateServer, ServerRequest } from "../../support/rollgate-server";
import { OLD } from "./lines";
import type { Tally } from "./rounds";
import type { Worker } from "./workers";

interface Post {
  readonly worker: string;
  readonly ids: readonly string[];
  /** When the server had accepted it and sent the whole answer. */
  answeredAt?: number;
}

export interface Books {
  /** Notes that a post is about to be answered as accepted. */
  accepts(request: ServerRequest): void;
  /** Everybody who tracked events at this place. */
  readonly workers: Worker[];
  /** What is wrong, in words; empty when nothing is. All workers must be gone. */
  faults(): string[];
  /** What there was, counted. */
  figures(): Tally;
}

const idsOf = (request: ServerRequest): string[] =>
  (request.json() as { events: { eventName: string }[] }).events.map(({ eventName }) => eventName);

/** Keeps books on a server's events. */
export function keepBooks(server: RollgateServer): Books {
  const workers: Worker[] = [];
  const posts = new Map<ServerRequest, Post>();
  const postOf = (request: ServerRequest): Post => {
    const known = posts.get(request);
    if (known !== undefined) return known;
    const post = { worker: String(request.headers["x-worker"]), ids: idsOf(request) };
    posts.set(request, post);
    return post;
  };
  const all = () => server.requests("events").map(postOf);
  const arrived = () => new Set(all().flatMap(({ answeredAt, ids }) => (answeredAt ? ids : [])));

  /** How long a process went on after that moment, in beats. */
  const beatsAfter = (name: string, moment: number): number => {
    const worker = workers.find((one) => one.name === name);
    // Closing records everything; the heir in this process, who is no worker, closes as well.
    if (worker === undefined || worker.lines.some((line) => line.is === "closed"))
      return Number.POSITIVE_INFINITY;
    return worker.lines.filter((line) => line.is === "beat" && line.at > moment).length;
  };

  return {
    workers,
    accepts(request) {
      const post = postOf(request);
      void request.ended.then((how) => {
        if (how === "answered") post.answeredAt = Date.now();
      });
    },
    figures() {
      const here = arrived();
      const accepted = all().flatMap(({ answeredAt, ids }) => (answeredAt ? ids : []));
      const known = workers.flatMap(tracked);
      return {
        "events tracked": known.length,
        "events accepted": here.size,
        "accepted again": accepted.length - here.size,
        "lost, since too young": known.filter((id) => !here.has(id)).length,
      };
    },
    faults: () => [
      ...lost(workers, arrived()),
      ...invented(workers, all()),
      ...twice(all(), beatsAfter),
    ],
  };
}

function tracked({ lines }: Worker): string[] {
  return lines.flatMap((line) => (line.is === "tracked" ? [line.id] : []));
}

/** Events that were kept, or had to be, and arrived nowhere. */
function lost(workers: readonly Worker[], arrived: ReadonlySet<string>): string[] {
  return workers.flatMap(({ lines }) => {
    const closed = lines.some((line) => line.is === "closed");
    let beats = 0;
    return [...lines].reverse().flatMap((line) => {
      if (line.is === "beat") beats++;
      if (line.is !== "tracked" || (beats < OLD && !closed) || arrived.has(line.id)) return [];
      return [`${line.id} is lost: its process lived ${beats} beats after tracking it`];
    });
  });
}

function invented(workers: readonly Worker[], posts: readonly Post[]): string[] {
  const known = new Set(
    workers.flatMap(({ lines }) =>
      lines.flatMap((line) => (line.is === "tracking" ? [line.id] : [])),
    ),
  );
  return posts.flatMap(({ ids }) =>
    ids.filter((id) => !known.has(id)).map((id) => `${id} was never tracked`),
  );
}

/** Events that were posted again though an answer had come, and there was time to record it. */
function twice(
  posts: readonly Post[],
  beatsAfter: (worker: string, moment: number) => number,
): string[] {
  const accepted = new Map<string, Post>();
  return posts.flatMap((post) =>
    post.ids.flatMap((id) => {
      const earlier = accepted.get(id);
      if (post.answeredAt !== undefined) accepted.set(id, post);
      if (earlier?.answeredAt === undefined) return [];
      const beats = beatsAfter(earlier.worker, earlier.answeredAt);
      if (earlier.worker !== post.worker && beats < OLD) return [];
      return [`${id} was sent by ${earlier.worker} and again by ${post.worker}, ${beats} beats on`];
    }),
  );
}
