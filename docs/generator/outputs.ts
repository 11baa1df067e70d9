import { posix } from "node:path";
import { CONFIG, type Config, type Described, describedMachines } from "./config";
import { definitionOf } from "./definition";
import { problemsOf } from "./descriptions";
import { pageOf } from "./page";

/** Everything that is made, by path from the root of the repository. */
export function outputs(
  machines: readonly Described[] = describedMachines(),
  { page, definitions }: Pick<Config, "page" | "definitions"> = CONFIG,
): Map<string, string> {
  const folder = posix.relative(posix.dirname(page), definitions);
  return new Map([
    [page, pageOf(machines, folder)],
    ...machines.map(
      (one) => [posix.join(definitions, `${one.text.id}.json`), definitionOf(one)] as const,
    ),
  ]);
}

/** What is wrong with the descriptions. */
export function problems(machines: readonly Described[] = describedMachines()): string[] {
  return machines.flatMap(problemsOf);
}

/** Files that are not as they would be made now, and definitions of no machine. */
export function outdated(
  made: ReadonlyMap<string, string>,
  read: (path: string) => string | undefined,
  present: readonly string[],
): string[] {
  return [
    ...[...made]
      .filter(([path, text]) => read(path) !== text)
      .map(([path]) => `${path} is out of date: npm run machines`),
    ...present
      .filter((path) => !made.has(path))
      .map((path) => `${path} belongs to no machine of stately.config.json: remove it.`),
  ];
}
