/**
 * What the tables of options are made of: for each option what holds when it is not
 * given, and what another value does.
 *
 * ```ts
 * alike("timeoutMs", { unless: 5_000, given: 250 }, async (config, ms) => {
 *   const { clock, server, client } = await scene(config);   // config: nothing, or the option alone
 *   comesAfter(clock, ms, () => …);
 * });
 * ```
 */
import { expect } from "vitest";
import type { RollgateClient, RollgateConfig } from "../../../../src";
import { createPlainClient } from "../../../support/client";
import { type RollgateServer, startRollgateServer } from "../../../support/rollgate-server";
import { createVirtualClock, type VirtualClock } from "../../../support/virtual-clock";

/** What one value of an option does, in words and as a check. */
type Effect = readonly [says: string, check: () => Promise<void>];

export interface OptionCase {
  /** The dotted path. */
  readonly option: string;
  readonly byDefault: Effect;
  readonly given: Effect;
}

type Config = Partial<RollgateConfig>;

/** An option whose default and another value show in the same scene. */
export function alike<T>(
  option: string,
  values: { readonly unless: T; readonly given: T },
  check: (config: Config, value: T) => Promise<void>,
): OptionCase {
  const { unless, given } = values;
  return {
    option,
    byDefault: [`is ${unless}`, () => check({}, unless)],
    given: [`of ${given} has its effect`, () => check(configOf(option, given), given)],
  };
}

function configOf(option: string, value: unknown): Config {
  const [outer = "", inner] = option.split(".");
  return { [outer]: inner === undefined ? value : { [inner]: value } };
}

/** An event that needs no user. */
export const EVENT = { flagKey: "beta", eventName: "seen", userId: "ann" };

export interface Scene {
  readonly clock: VirtualClock;
  readonly server: RollgateServer;
  readonly client: RollgateClient;
}

/** A client whose time stands still, with the defaults but for what is given; it logs nothing. */
export async function scene(config: Config = {}): Promise<Scene> {
  const clock = createVirtualClock();
  const server = await startRollgateServer({ beta: true });
  const surroundings = { clock, random: () => 0.5, logLevel: "silent" } as const;
  const client = createPlainClient(server, { ...surroundings, ...config });
  return { clock, server, client };
}

/** The same with flags in hand. */
export async function ready(config: Config = {}): Promise<Scene> {
  const made = await scene(config);
  await made.client.init();
  return made;
}

/** It comes after `ms`, and not a millisecond before. */
export function comesAfter(clock: VirtualClock, ms: number, seen: () => boolean): void {
  clock.advance(ms - 1);
  expect(seen(), `seen after ${ms - 1} ms`).toBe(false);
  clock.advance(1);
  expect(seen(), `seen after ${ms} ms`).toBe(true);
}
