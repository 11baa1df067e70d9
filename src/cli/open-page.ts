import { spawn } from "node:child_process";

/** The program of each platform that opens an address in the default browser. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  // `start` belongs to the shell, and takes a first argument in quotes for a title.
  win32: ["cmd", "/c", "start", '""'],
};

/**
 * Opens an address in the default browser, as far as the machine has one. The
 * browser outlives this process, and is not waited for.
 *
 * @param onFailure gets a sentence when it is known not to have worked
 */
export function openPage(url: string, onFailure: (sentence: string) => void): void {
  const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(program, [...args, url], {
    detached: true,
    stdio: "ignore",
    windowsVerbatimArguments: true,
  });
  const fail = (reason: string) => {
    onFailure(`No browser could be opened (${program}: ${reason}): open ${url} yourself.`);
  };
  child.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  child.once("exit", (code) => {
    if (code !== 0 && code !== null) fail(`exit code ${code}`);
  });
  child.unref();
}
