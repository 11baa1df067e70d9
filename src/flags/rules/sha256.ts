const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 64; n++) {
  if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
}
// The standard's tables, by their definition: as digits they would weigh half as much as all the rest.
const ROUND_CONSTANTS = Int32Array.from(PRIMES, (prime) => fractionBits(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => fractionBits(Math.sqrt(prime)));

const schedule = new Int32Array(64);

/** SHA-256 (FIPS 180-4) of at most 256 MB: the digest as eight signed 32-bit words. */
export function sha256(message: Uint8Array): readonly number[] {
  const blocks = padded(message);
  let digest = START;
  for (let at = 0; at < blocks.byteLength; at += 64) {
    for (let i = 0; i < 64; i++) schedule[i] = i < 16 ? blocks.getInt32(at + i * 4) : extended(i);
    digest = compressed(digest);
  }
  return digest;
}

/** The message, one bit, zeros, and the message's length in bits: whole blocks of 64 bytes. */
function padded(message: Uint8Array): DataView {
  const bytes = new Uint8Array(((message.length + 72) >> 6) << 6);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 4, message.length * 8);
  return view;
}

function extended(i: number): number {
  const a = word(schedule, i - 15);
  const b = word(schedule, i - 2);
  return (
    word(schedule, i - 16) +
    (rotated(a, 7) ^ rotated(a, 18) ^ (a >>> 3)) +
    word(schedule, i - 7) +
    (rotated(b, 17) ^ rotated(b, 19) ^ (b >>> 10))
  );
}

function compressed(digest: readonly number[]): number[] {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = digest;
  for (let i = 0; i < 64; i++) {
    const first =
      h +
      (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
      ((e & f) ^ (~e & g)) +
      word(ROUND_CONSTANTS, i) +
      word(schedule, i);
    const second =
      (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  return [a, b, c, d, e, f, g, h].map((value, i) => (value + (digest[i] ?? 0)) | 0);
}

function word(words: Int32Array, i: number): number {
  return words[i] as number;
}

function rotated(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}

function fractionBits(root: number): number {
  return ((root % 1) * 2 ** 32) | 0;
}
