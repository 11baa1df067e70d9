/**
 * Where a text falls among 100 equal buckets: the first 4 bytes, big-endian and
 * unsigned, of SHA-256 over its UTF-8 form, modulo 100.
 */
export type Bucket = (text: string) => number;
