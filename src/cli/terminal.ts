import type { Terminal } from "./command";

/** The process's own terminal. */
export function processTerminal(): Terminal {
  // A reader that goes away (`rollgate dev | head`) is no failure of ours.
  process.stdout.on("error", () => process.exit(0));
  return {
    print: (line) => {
      process.stdout.write(`${line}\n`);
    },
    interrupted: new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
  };
}
