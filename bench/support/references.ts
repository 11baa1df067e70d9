import type { Subject } from "../harness/subject";

/** What nothing that looks a flag up can beat: one lookup in one map, and using what it found. */
export function mapLookups(flags: Record<string, boolean>, keys: readonly string[]): Subject {
  const map = new Map(Object.entries(flags));
  return {
    run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) if (map.get(keys[i & 63] as string)) on++;
      return on;
    },
  };
}
