import { isRecord, type WireRecord } from "../protocol/record";

/**
 * Why a persisted text is of no use. `absent`: there is none. `foreign`: valid
 * JSON, but not ours. `newer`: written by a later version of this package.
 */
export type Miss = "absent" | "corrupt" | "foreign" | "newer";

/** The answer of every decoder that found nothing usable. */
export interface Missed {
  readonly miss: Miss;
}

const VERSION = 1;

/** Marks `content` as ours and of this version. */
export function seal(content: object): string {
  return JSON.stringify({ rollgate: VERSION, ...content });
}

/** Reads what {@link seal} wrote; total, whatever `text` is. */
export function unseal(text: unknown): { readonly content: WireRecord } | Missed {
  if (text === undefined || text === null) return { miss: "absent" };
  const content = parse(text);
  if (content === undefined) return { miss: "corrupt" };
  if (!isRecord(content) || !isVersion(content["rollgate"])) return { miss: "foreign" };
  return content["rollgate"] > VERSION ? { miss: "newer" } : { content };
}

/** Tells a decoder's two answers apart. */
export function isMiss(answer: object): answer is Missed {
  return "miss" in answer;
}

function parse(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function isVersion(version: unknown): version is number {
  return Number.isInteger(version) && (version as number) >= VERSION;
}
