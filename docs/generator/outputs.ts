import { join, posix } from "node:path";
import { CONFIG, type Config, type Described, describedMachines } from "./config";
import { definitionOf } from "./definition";
import { problemsOf } from "./descriptions";
import { pageOf } from "./page";

/** Everything that is made, by path from the root of the repository. */
export function outputs(
  config: Config = CONFIG,
  machines: readonly Described[] = describedMachines(config),
): Map<string, string> {
  const folder = posix.relative(posix.dirname(config.page), config.definitions);
  return new Map([
    [config.page, pageOf(machines, folder)],
    ...machines.map(
      (one) => [posix.join(config.definitions, `${one.text.id}.json`), definitionOf(one)] as const,
    ),
  ]);
}

/** What is wrong with the descriptions. */
export function problems(machines: readonly Described[] = describedMachines()): string[] {
  return machines.flatMap(problemsOf);
}

/** Files that are not what they would be if they were made now. */
export function outdated(
  made: ReadonlyMap<string, string>,
  read: (path: string) => string | undefined,
): string[] {
  return [...made]
    .filter(([path, text]) => read(path) !== text)
    .map(([path]) => `${path} is out of date: npm run machines`);
}

export function inRoot(root: string, path: string): string {
  return join(root, ...path.split("/"));
}
