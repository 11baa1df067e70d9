import { parseFlagsFile } from "../../dev-server/flags-file/parse";
import { readFlagsText } from "../../dev-server/flags-file/read";
import type { FlagTypes } from "./declaration";

/** The types of the flags in a flags file. @throws FlagsFileError */
export async function flagTypesOfFile(path: string): Promise<FlagTypes> {
  const { flags } = parseFlagsFile(await readFlagsText(path), path);
  return new Map(Object.entries(flags).map(([key, flag]) => [key, flag.type ?? "boolean"]));
}
