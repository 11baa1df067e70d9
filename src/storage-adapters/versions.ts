/** One write of a key, as the name of its item tells. */
export interface Version {
  readonly name: string;
  /** The name without the version: what all of one key share. */
  readonly of: string;
  readonly at: number;
}

const AT_DIGITS = 15;
const COUNT_DIGITS = 6;
const WRITER_DIGITS = 10;

/**
 * Makes what names one's own writes. As texts, later ones are greater; of the same
 * time, the one that was written later by the same writer.
 */
export function createVersions(): (at: number) => string {
  const writer = Math.random().toString(36).slice(2).padEnd(WRITER_DIGITS, "0");
  let count = 0;
  return (at) => {
    const time = String(Math.max(0, at)).padStart(AT_DIGITS, "0");
    const turn = (count++ % 36 ** COUNT_DIGITS).toString(36).padStart(COUNT_DIGITS, "0");
    return `${time}-${turn}-${writer.slice(0, WRITER_DIGITS)}`;
  };
}

const VERSION = new RegExp(
  `^(\\d{${AT_DIGITS}})-[0-9a-z]{${COUNT_DIGITS}}-[0-9a-z]{${WRITER_DIGITS}}$`,
);

/** The version that an item's name ends with; `undefined` when it is none of ours. */
export function versionIn(name: string, separator: string): Version | undefined {
  const end = name.lastIndexOf(separator);
  const at = VERSION.exec(name.slice(end + 1))?.[1];
  return at === undefined || end < 0 ? undefined : { name, of: name.slice(0, end), at: Number(at) };
}
