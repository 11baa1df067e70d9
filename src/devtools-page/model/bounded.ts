/** A list with more at its end; of more than `most`, the oldest go. */
export function appended<T>(list: readonly T[], more: readonly T[], most: number): readonly T[] {
  if (more.length === 0) return list;
  const all = [...list, ...more];
  return all.length > most ? all.slice(-most) : all;
}
