import {
  AuthenticationError,
  InvalidResponseError,
  NetworkError,
  NotFoundError,
  RateLimitError,
  type RollgateError,
  ServerError,
  TimeoutError,
  ValidationError,
} from "../../../src";
import { FAULTS, type FaultName, type FaultServer, type Route } from "../../../src/testing";

type ErrorClass = new (...given: never[]) => RollgateError;

/** A fault, and the error that it is for one who asked for flags. */
export interface Fault {
  readonly name: string;
  readonly error: ErrorClass;
  /** What becomes of events and counts: they get there once, perhaps twice, or are refused. */
  readonly sent: "once" | "again" | "refused";
  apply(server: FaultServer, routes: readonly Route[]): void | Promise<void>;
  lift(server: FaultServer): void | Promise<void>;
}

const ERRORS: Readonly<Record<FaultName, ErrorClass>> = {
  badRequest: ValidationError,
  unauthorized: AuthenticationError,
  forbidden: AuthenticationError,
  notFound: NotFoundError,
  requestTimeout: ServerError,
  tooLarge: ServerError,
  rateLimited: RateLimitError,
  serverError: ServerError,
  badGateway: ServerError,
  unavailable: ServerError,
  redirect: InvalidResponseError,
  noContent: InvalidResponseError,
  notModified: InvalidResponseError,
  emptyBody: InvalidResponseError,
  invalidJson: InvalidResponseError,
  truncated: InvalidResponseError,
  wrongShape: InvalidResponseError,
  htmlPage: InvalidResponseError,
  wrongType: InvalidResponseError,
  huge: InvalidResponseError,
  bomb: InvalidResponseError,
  brokenEncoding: NetworkError,
  endless: InvalidResponseError,
  drip: TimeoutError,
  stall: TimeoutError,
  hang: TimeoutError,
  reset: NetworkError,
  resetInBody: NetworkError,
  lostAnswer: NetworkError,
};

/** Nothing that is tried again would be taken. */
const REFUSALS: readonly FaultName[] = ["badRequest", "notFound", "tooLarge"];

/** The server takes what is sent, and its answer does not arrive or cannot be read. */
const LOST = [
  ...(["invalidJson", "truncated", "htmlPage", "wrongType", "huge", "bomb"] as const),
  ...(["brokenEncoding", "endless", "drip", "stall", "resetInBody", "lostAnswer"] as const),
] as readonly FaultName[];

/** The server is gone altogether, whatever is asked. */
const REFUSED: Fault = {
  name: "refused",
  error: NetworkError,
  sent: "once",
  apply: (server) => server.refuse(),
  lift: (server) => server.accept(),
};

/** Everything that the test kit can do to a request. */
export const ALL_FAULTS: readonly Fault[] = [
  ...(Object.keys(FAULTS) as FaultName[]).map(
    (name): Fault => ({
      name,
      error: ERRORS[name],
      sent: REFUSALS.includes(name) ? "refused" : LOST.includes(name) ? "again" : "once",
      apply(server: FaultServer, routes: readonly Route[]) {
        for (const route of routes) server.answer(route, FAULTS[name]);
      },
      lift: (server: FaultServer) => server.restore(),
    }),
  ),
  REFUSED,
];
