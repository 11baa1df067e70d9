/** Longest pattern that is compiled, in UTF-16 code units: 1 kB of ASCII. */
export const MAX_PATTERN_LENGTH = 1_024;

/** Longest text that is searched, in UTF-16 code units; a longer one never matches. */
export const MAX_SUBJECT_LENGTH = 4_096;

/** RE2's bound for a counted repeat, and for the product of nested ones. */
export const MAX_REPEAT = 1_000;

/**
 * States of one program. RE2 allows more, but a search visits each state at most
 * once per character, so this is what bounds its time.
 */
export const MAX_STATES = 5_000;
