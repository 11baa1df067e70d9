import type { RollgateClient, RollgateConfig, UserContext } from "../../../src";
import { createClient } from "../../support/client";
import { nextEvent } from "../../support/events";
import {
  type RollgateServer,
  type ServerStream,
  startRollgateServer,
} from "../../support/rollgate-server";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock";

/** A rule of a flag: on for users whose attribute has that value. */
export function rule(attribute: string, value: unknown, id = `${attribute}-${value}`) {
  return {
    id,
    enabled: true,
    rollout: 100,
    conditions: [{ attribute, operator: "equals", value }],
  };
}

/** A flag that is on for users whose attribute has that value, and for those listed. */
export function flagFor(attribute: string, value: unknown, targetUsers: string[] = []) {
  return { enabled: true, rollout: 0, targetUsers, rules: [rule(attribute, value)] };
}

export const PRO: UserContext = { id: "pro", attributes: { plan: "pro" } };
export const FREE: UserContext = { id: "free", attributes: { plan: "free" } };

/** The usual rule set: `beta` is on for the plan `pro`, `open` for all. */
export const RULES = {
  beta: flagFor("plan", "pro", ["vip"]),
  open: { enabled: true, rollout: 100 },
};

export interface LocalWorld {
  readonly server: RollgateServer;
  readonly client: RollgateClient;
  readonly stream: ServerStream;
  /** Sends rules and waits until they are in force. */
  send(version: string, flags: unknown): Promise<void>;
}

/** A streaming client that got its rules. */
export async function local(
  flags: unknown = RULES,
  config: Partial<RollgateConfig> = {},
  user?: UserContext,
): Promise<LocalWorld> {
  const server = await startRollgateServer({ fetched: true });
  const client = createClient(server, { enableStreaming: true, ...config });
  await client.init(user);
  const stream = await server.stream(1);
  const send = async (version: string, set: unknown) => {
    const updated = nextEvent(client, "rules_updated");
    stream.event("rules-full", { version, flags: set });
    await updated;
  };
  await send("v1", flags);
  return { server, client, stream, send };
}

/** A life of a client that ended while it evaluated by rules; its server is down since, its clock stands. */
export interface Outage {
  readonly server: RollgateServer;
  readonly clock: VirtualClock;
  /** Another client of the same configuration, on the same clock. */
  restart(changes?: Partial<RollgateConfig>): RollgateClient;
}

/** Lets a client get rules for `user`, closes it, and takes the server down. */
export async function outage(
  config: Partial<RollgateConfig>,
  flags: unknown = RULES,
  user?: UserContext,
): Promise<Outage> {
  const clock = createVirtualClock();
  const { server, client } = await local(flags, { clock, ...config }, user);
  await client.close();
  await server.refuse();
  const restart = (changes: Partial<RollgateConfig> = {}) =>
    createClient(server, { clock, enableStreaming: true, ...config, ...changes });
  return { server, clock, restart };
}
