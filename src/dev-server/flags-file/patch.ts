import type { FlagDefinition, FlagsFile } from "./types";

/** Flags in which fields of one flag are changed, or which have one more flag at their end; not checked yet. */
export function patchFlag(
  file: FlagsFile,
  key: string,
  patch: Partial<FlagDefinition>,
): Readonly<Record<string, unknown>> {
  const { flags, ...rest } = file;
  const current = Object.hasOwn(flags, key) ? flags[key] : undefined;
  // A map, for the flag's place in the order, and since a key may be `__proto__`.
  const patched = new Map<string, unknown>(Object.entries(flags));
  patched.set(key, { ...current, ...patch });
  return { ...rest, flags: Object.fromEntries(patched) };
}
