import type { Bucket, BucketOf } from "./bucket";
import type { CompiledFlag } from "./compiled";

/**
 * How many buckets are remembered, a power of two. Enough for some requests at a
 * time and not more: ids that live on cost the garbage collector what they save.
 */
const CELLS = 2 ** 11;
/** Room for a bucket. */
const BITS = 7;
const MASK = 2 ** BITS - 1;

/**
 * Remembers buckets, since the hash is most of what an evaluation costs. What is
 * new takes the place of something old, so nothing ever grows.
 */
export function remembered(bucket: Bucket): BucketOf {
  const ids = new Array<string>(CELLS).fill("");
  // For which flag a cell holds which bucket, index and bucket in one number.
  const cells = new Int32Array(CELLS);

  return (flag, id) => {
    if (flag.lastId === id) return flag.lastBucket;
    flag.lastId = id;
    flag.lastBucket = find(flag, id);
    return flag.lastBucket;
  };

  function find(flag: CompiledFlag, id: string): number {
    // Users begin anywhere; all flags of one lie side by side.
    const place = (spread(id) + flag.index) & (CELLS - 1);
    const cell = cells[place] as number;
    if (ids[place] === id && cell >> BITS === flag.index) return cell & MASK;
    const found = bucket(flag.seed + id);
    ids[place] = id;
    cells[place] = (flag.index << BITS) | found;
    return found;
  }
}

/**
 * Tells ids apart by their length and two of their characters: to read them all,
 * as a map does, costs a fifth of the hash. Ids that it cannot tell apart only
 * forget each other.
 */
function spread(id: string): number {
  const last = id.length - 1;
  const mixed = id.charCodeAt(last) ^ (id.charCodeAt(last >> 1) << 6) ^ (last << 12);
  return Math.imul(mixed, 0x9e3779b1) >>> 8;
}
