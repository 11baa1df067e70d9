import pc from "picocolors";

const colors = pc.createColors(
  process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
);

/** How long any one thing may take before the demo calls it broken. */
const PATIENCE_MS = 15_000;

const began = performance.now();

/** Starts a numbered scene. */
export function scene(number: number, title: string): void {
  console.log(`\n${colors.bold(colors.cyan(`${number}. ${title}`))}`);
}

/** One line: what happened, and why. */
export function say(what: string, why: string): void {
  const seconds = ((performance.now() - began) / 1_000).toFixed(1).padStart(5);
  console.log(`${colors.dim(`${seconds} s`)}  ${what}  ${colors.dim(why)}`);
}

/** Shows a fact that holds; ends the demo when it does not. */
export function check(holds: boolean, what: string, why: string): void {
  if (!holds) throw new Error(`This should hold, and does not: ${what}`);
  say(`${colors.green("✓")} ${what}`, why);
}

/** Waits for what the demo claims will happen. */
export async function expected<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`This should have happened within ${PATIENCE_MS} ms: ${what}`)),
      PATIENCE_MS,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Prints rows of text in columns. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    console.log(`         ${colors.dim(cells.join("  ").trimEnd())}`);
  }
}

export function fail(error: unknown): void {
  console.error(`\n${colors.red("✗")} ${error instanceof Error ? error.message : String(error)}`);
}

export function finish(): void {
  console.log(`\n${colors.green("Every step held.")}`);
}
