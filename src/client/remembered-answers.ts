import type { Flag } from "../flags/flag";
import type { UserContext } from "../flags/types";
import type { FlagStore } from "./flag-store";
import type { Slot, Slots } from "./slots";

/** Where evaluations for users whom the rules answer for find their flags. */
export interface Answers {
  readonly slots: Slots;
  flagFor(slot: Slot, key: string, user: UserContext | undefined): Flag | undefined;
}

/**
 * What one user gets, remembered for as long as rules and overrides stay what
 * they are. Only for a user that never changes.
 */
export class RememberedAnswers implements Answers {
  readonly slots: Slots;
  readonly #store: FlagStore;
  /** Made when it is needed: many views answer one question. */
  #known: Map<Slot, Flag> | undefined;
  #generation = -1;

  constructor(store: FlagStore) {
    this.slots = store.slots;
    this.#store = store;
  }

  flagFor(slot: Slot, key: string, user: UserContext | undefined): Flag | undefined {
    const { generation } = this.#store;
    if (this.#known === undefined || this.#generation !== generation) {
      this.#known = new Map();
      this.#generation = generation;
    }
    const known = this.#known.get(slot);
    if (known !== undefined) return known;
    const flag = this.#store.flagFor(slot, key, user);
    if (flag !== undefined) this.#known.set(slot, flag);
    return flag;
  }
}
