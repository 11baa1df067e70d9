/** Rounds of something random: few of them in every run of the tests, many when asked for. */

/** How many rounds; `ROLLGATE_SOAK_RUNS` asks for more. */
export function roundsOf(few: number): number {
  const asked = Number(process.env["ROLLGATE_SOAK_RUNS"]);
  return Number.isInteger(asked) && asked > 0 ? asked : few;
}

/** Processes of several rounds share the machine. */
const LANES = 4;

/** What rounds have counted, by what it is. */
export type Tally = Record<string, number>;

/**
 * Runs rounds side by side, each with a seed of its own.
 *
 * @throws Error that names the seed of a round that failed
 */
export async function runRounds(
  count: number,
  round: (seed: number) => Promise<Tally>,
): Promise<Tally> {
  const total: Tally = { rounds: 0 };
  let next = 1;
  const lane = async () => {
    while (next <= count) {
      const seed = next++;
      const counted = await round(seed).catch((cause: unknown) => {
        throw new Error(`Round with seed ${seed}: ${String(cause)}`, { cause });
      });
      for (const [what, by] of Object.entries({ rounds: 1, ...counted }))
        total[what] = (total[what] ?? 0) + by;
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, count) }, lane));
  return total;
}

/** Prints the figures of many rounds; few say nothing. */
export function tell(what: string, tally: Tally): void {
  if (process.env["ROLLGATE_SOAK_RUNS"] === undefined) return;
  const figures = Object.entries(tally).map(([name, count]) => `${count} ${name}`);
  process.stdout.write(`${what}: ${figures.join(", ")}\n`);
}
