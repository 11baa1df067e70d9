import type { LiveMessage } from "../../dev-server/devtools/messages";
import { EMPTY, type PageState } from "../model/page-state";
import { reduce } from "../model/reduce";
import type { Link } from "./link";

/** What the views are made from. */
export interface Shown {
  readonly state: PageState;
  readonly link: Link;
}

/** Holds the page's state, and tells of many changes at once. */
export class Store {
  #state = EMPTY;
  #link: Link = { status: "connecting" };
  #shown: Shown = { state: this.#state, link: this.#link };
  #isScheduled = false;
  readonly #listeners = new Set<() => void>();
  readonly #schedule: (tell: () => void) => void;

  /** @param schedule calls back when it is time to tell */
  constructor(schedule: (tell: () => void) => void) {
    this.#schedule = schedule;
  }

  get shown(): Shown {
    return this.#shown;
  }

  readonly hear = (message: LiveMessage): void => {
    this.#state = reduce(this.#state, message);
    this.#changed();
  };

  readonly setLink = (link: Link): void => {
    this.#link = link;
    this.#changed();
  };

  /** @returns what ends it */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(() => {
      this.#isScheduled = false;
      this.#shown = { state: this.#state, link: this.#link };
      for (const listener of this.#listeners) listener();
    });
  }
}
