import * as v from "valibot";
import type { FlagPatch } from "../devtools/messages";
import { FlagsFileError } from "../flags-file/flags-file-error";
import { copyFlagsFile } from "../flags-file/parse";
import { patchFlag as patched } from "../flags-file/patch";
import { formatPath } from "../flags-file/problem";
import { type SavedFlags, saveFlag } from "../flags-file/save-flag";
import { flagPatchSchema } from "../flags-file/schema";
import { readJson } from "../http/read-body";
import { invalid, Refusal } from "../http/refusal";
import { json } from "../http/reply";
import type { ServerState } from "../state";
import type { ControlHandler } from "./route";

/** `PATCH /__rollgate/flags/<key>`: changes a flag in the flags file or, without one, in memory. */
export const patchFlag: ControlHandler = async (exchange, state, encodedKey) => {
  const key = decode(encodedKey);
  const patch = readPatch(await readJson(exchange.request));
  if (state.flagsPath === undefined) patchInMemory(state, key, patch);
  else {
    const { text, file } = save(state.flagsPath, key, patch);
    state.watch?.know(text);
    state.replaceFlags(file);
  }
  return json(200, { success: true }, { note: `changed ${key}` });
};

function patchInMemory(state: ServerState, key: string, patch: FlagPatch): void {
  const { file } = state.book;
  if (!Object.hasOwn(file.flags, key)) throw noFlag(key);
  state.replaceFlags(copyFlagsFile(patched(file, key, patch)));
}

function save(path: string, key: string, patch: FlagPatch): SavedFlags {
  try {
    const saved = saveFlag(path, key, patch);
    if (saved !== undefined) return saved;
  } catch (error) {
    if (!(error instanceof FlagsFileError)) throw error;
    throw new Refusal(409, { message: error.message });
  }
  throw noFlag(key);
}

function readPatch(body: unknown): FlagPatch {
  const { success, output, issues } = v.safeParse(flagPatchSchema, body);
  if (!success) {
    const [issue] = issues;
    const path = (issue.path ?? []).map(({ key }) => key as string | number);
    throw invalid(formatPath(path) || "The body", issue.message);
  }
  if (Object.keys(output).length > 0) return output as FlagPatch;
  throw invalid("The body", "must hold enabled, rollout or targetUsers");
}

function noFlag(key: string): Refusal {
  return new Refusal(404, { message: `There is no flag "${key}".` });
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new Refusal(400, { message: "The flag's key is not encoded as in a URL." });
  }
}
