import { vi } from "vitest";
import { settle } from "../support/stepped-time";
import type { Setting } from "./setting";
import { take } from "./steps";
import { World } from "./world";

/** How often a property is tried; the variable makes it more. */
export function runs(usual: number): number {
  return usual * Number(process.env["ROLLGATE_PROPERTY_RUNS"] ?? 1);
}

/** Rejections and exceptions that nobody took, and what went to the console, while `work` runs. */
export async function alarmsOf(work: () => Promise<void>): Promise<unknown[]> {
  const found: unknown[] = [];
  const note = (what: unknown) => found.push(what);
  const warn = vi.spyOn(console, "warn").mockImplementation(note);
  const error = vi.spyOn(console, "error").mockImplementation(note);
  process.on("unhandledRejection", note).on("uncaughtException", note);
  try {
    await work();
    await settle();
  } finally {
    process.off("unhandledRejection", note).off("uncaughtException", note);
    warn.mockRestore();
    error.mockRestore();
  }
  return found;
}

export interface Script {
  readonly setting: Setting;
  readonly steps: readonly string[];
  /** Whether the service is well in the end, before the client is closed. */
  readonly heals: boolean;
  /** What still happens while it closes, and afterwards. */
  readonly after: readonly string[];
}

/** Plays a script. @returns what was wrong, told with the way there; empty: nothing. */
export async function play({ setting, steps, heals, after }: Script): Promise<string[]> {
  const world = new World(setting);
  let story = "";
  const found = () => world.wrong.map((what) => `${what} (${story})`);
  const step = async (name: string) => {
    story += `${name}; `;
    await take(world, name);
    world.checkReads();
    await settle();
    world.check();
  };
  await settle();
  for (const name of steps) {
    await step(name);
    if (world.wrong.length > 0) return found();
  }
  if (heals) {
    await world.heal();
    if (world.wrong.length > 0) return found();
  }
  story += "close; ";
  world.isClosed = true;
  let isClosed = false;
  const closed = world.client.close().then(() => {
    isClosed = true;
  });
  await settle();
  for (const name of after) await step(name);
  // The final flush, then what is stored.
  await world.pass(8_000);
  if (!isClosed) return [`it does not close (${story})`];
  await closed;
  await settle();
  if (world.unsettled.length > 0) world.wrong.push(`unsettled: ${world.unsettled}`);
  return found();
}
