import { type Fault, type FaultRoute, parseFault } from "./fault";

/** A fault in force. `times` is what is left of it. */
export interface ActiveFault extends Fault {
  readonly id: string;
  readonly route: FaultRoute;
}

/** The faults in force. A request meets one at most: the oldest for its route. */
export class Faults {
  readonly #active = new Map<string, ActiveFault>();
  readonly #onChange: (active: readonly ActiveFault[]) => void;
  #created = 0;

  constructor(onChange: (active: readonly ActiveFault[]) => void) {
    this.#onChange = onChange;
  }

  /**
   * Lets matching requests fail from now on.
   *
   * @returns the fault's id
   * @throws ConfigurationError
   */
  add(fault: Fault): string {
    const checked = parseFault(fault);
    const id = `fault-${++this.#created}`;
    this.#active.set(id, { ...checked, id, route: checked.route ?? "all" });
    this.#onChange(this.list());
    return id;
  }

  /** Faults in force, oldest first. */
  list(): readonly ActiveFault[] {
    return [...this.#active.values()];
  }

  /** Ends one fault. @returns whether it was in force */
  remove(id: string): boolean {
    const wasActive = this.#active.delete(id);
    if (wasActive) this.#onChange(this.list());
    return wasActive;
  }

  /** Ends all faults. */
  clear(): void {
    this.#active.clear();
    this.#onChange([]);
  }

  /** The fault that a request to `route` meets, used up by one. @internal */
  take(route: Exclude<FaultRoute, "all">): ActiveFault | undefined {
    const fault = this.list().find((one) => one.route === route || one.route === "all");
    if (fault?.times === undefined) return fault;
    if (fault.times === 1) this.#active.delete(fault.id);
    else this.#active.set(fault.id, { ...fault, times: fault.times - 1 });
    this.#onChange(this.list());
    return fault;
  }
}
