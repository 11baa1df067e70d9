/** A question about segments that no list of rules without segments can ask. */
export class Inexpressible extends Error {
  override readonly name = "Inexpressible";
  /** The segment that stands in the way; filled in by whoever knows it first. */
  segment: string | undefined;

  /** Does something for a segment, which is named in what stands in the way. */
  static about<T>(segment: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof Inexpressible) error.segment ??= segment;
      throw error;
    }
  }
}
