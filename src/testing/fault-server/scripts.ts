import { ConfigurationError } from "rollgate";
import type { Script, When } from "./answer";
import { ROUTES, type Route, type ServerRequest } from "./request";
import { seededRandom } from "./seeded-random";

interface Rule {
  readonly script: Script;
  readonly when: When;
}

const UNKNOWN: Script = { status: 404 };

/** Decides which script answers a request. */
export class Scripts {
  readonly #standing = new Map<Route, Script>();
  readonly #next = new Map<Route, Script[]>();
  readonly #rules = new Map<Route, Rule[]>();
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  set(route: Route | "*", script: Script, when?: When): void {
    if (when !== undefined) checkWhen(when);
    for (const one of routesOf(route)) {
      if (when === undefined) this.#standing.set(one, script);
      else this.#rules.set(one, [{ script, when }, ...(this.#rules.get(one) ?? [])]);
    }
  }

  queue(route: Route | "*", scripts: readonly Script[]): void {
    for (const one of routesOf(route)) {
      this.#next.set(one, [...(this.#next.get(one) ?? []), ...scripts]);
    }
  }

  forget(route: Route | "*"): void {
    for (const one of routesOf(route)) {
      for (const scripts of [this.#standing, this.#next, this.#rules]) scripts.delete(one);
    }
  }

  /** What was queued comes first, then conditional scripts, the latest first, then the standing one. */
  choose({ route, nth }: ServerRequest): Script {
    const queued = this.#next.get(route)?.shift();
    if (queued !== undefined) return queued;
    const rule = this.#rules.get(route)?.find(({ when }) => this.#applies(when, nth));
    return rule?.script ?? this.#standing.get(route) ?? (route === "other" ? UNKNOWN : {});
  }

  #applies({ requests, probability }: When, nth: number): boolean {
    if (requests !== undefined && !requests.includes(nth)) return false;
    return probability === undefined || this.#random() < probability;
  }
}

function routesOf(route: Route | "*"): readonly Route[] {
  if (route === "*") return ROUTES;
  if (ROUTES.includes(route)) return [route];
  const known = ROUTES.join(", ");
  throw new ConfigurationError(`The fault server has no route ${route}; it has ${known}.`, "route");
}

function checkWhen({ requests, probability = 1 }: When): void {
  if (!(probability >= 0 && probability <= 1)) {
    throw new ConfigurationError("The probability of a fault is between 0 and 1.", "probability");
  }
  if (requests?.every((nth) => Number.isInteger(nth) && nth > 0) === false) {
    throw new ConfigurationError("Requests are counted from 1, in whole numbers.", "requests");
  }
}
