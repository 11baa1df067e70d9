import { expect, onTestFinished } from "vitest";
import { type RollgateClient, type RollgateConfig, RollgateError } from "../../../src";
import { type FaultServer, passTime, type VirtualClock } from "../../../src/testing";
import { createPlainClient } from "../../support/client";
import { recordEvents } from "../../support/events";
import { startRollgateServer } from "../../support/rollgate-server";
import { createVirtualClock } from "../../support/virtual-clock";

/** How long a client may take to be right again, with every default: two recoveries of its breaker. */
export const RECOVERY_MS = 90_000;

const STEP_MS = 250;

/** How a promise ended, and when. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: unknown;
  /** Milliseconds of virtual time. */
  readonly after: number;
}

/** A client with every default, its server, and the only time it knows. */
export class World {
  readonly server: FaultServer;
  readonly clock: VirtualClock;
  readonly client: RollgateClient;
  readonly #told: ReturnType<typeof recordEvents>;
  readonly #uncaught: unknown[] = [];

  private constructor(server: FaultServer, config: Partial<RollgateConfig>) {
    this.server = server;
    this.clock = createVirtualClock();
    const quiet = { logLevel: "silent", telemetry: { enabled: false } } as const;
    this.client = createPlainClient(server, { clock: this.clock, ...quiet, ...config });
    this.#told = recordEvents(this.client, "error");
    this.#trap();
  }

  static async start(config: Partial<RollgateConfig> = {}): Promise<World> {
    return new World(await startRollgateServer({ beta: true }), config);
  }

  /** The errors that the app was told of, none of which may be foreign. */
  get errors(): readonly RollgateError[] {
    return this.#told.of("error");
  }

  /** What nobody caught. */
  get uncaught(): readonly unknown[] {
    return this.#uncaught;
  }

  async pass(ms: number): Promise<void> {
    await passTime(ms, { clock: this.clock, clients: [this.client], server: this.server });
  }

  /** Lets time pass until a promise settles; fails when it is not settled by then. */
  async settled(promise: Promise<unknown>, within: number): Promise<Outcome> {
    const started = this.clock.monotonic();
    const after = () => this.clock.monotonic() - started;
    let outcome: Outcome | undefined;
    promise.then(
      (value) => {
        outcome = { value, after: after() };
      },
      (error: unknown) => {
        outcome = { error, after: after() };
      },
    );
    for (let ms = 0; outcome === undefined && ms <= within; ms += STEP_MS) await this.pass(STEP_MS);
    expect(outcome, `settled within ${within} ms`).toBeDefined();
    expect(outcome?.after).toBeLessThanOrEqual(within);
    return outcome ?? { after: Number.POSITIVE_INFINITY };
  }

  /** Lets time pass until something can be seen. */
  async until(seen: () => boolean, within = RECOVERY_MS): Promise<void> {
    for (let ms = 0; !seen() && ms < within; ms += STEP_MS) await this.pass(STEP_MS);
    expect(seen(), `seen within ${within} ms: ${seen}`).toBe(true);
  }

  /** What must hold whatever happened: nothing escaped, and what was told is typed. */
  check(): void {
    expect(this.uncaught).toEqual([]);
    for (const error of this.errors) expect(error).toBeInstanceOf(RollgateError);
  }

  /** In place of the test runner's own traps, while this test runs. */
  #trap(): void {
    for (const name of ["uncaughtException", "unhandledRejection"] as const) {
      const others = process.listeners(name as "uncaughtException");
      const listener = (reason: unknown) => void this.#uncaught.push(reason);
      process.removeAllListeners(name).on(name, listener);
      onTestFinished(() => {
        process.off(name, listener);
        for (const other of others) process.on(name, other);
      });
    }
  }
}
