/** What an owner that is gone left. */
export interface AdoptedText {
  readonly text: string;
  /** Where it lies, for {@link OutboxStore.save}; absent when it was taken out and belongs into ours. */
  readonly box?: string;
}

/**
 * Keeps unsent events beyond this process. Each process or tab has an outbox of
 * its own; one whose owner is gone is an orphan, which whoever starts next adopts.
 * Its texts stay where they are until they are replaced: no step leaves an event
 * in two boxes, where a crash would have it sent twice, or in none.
 * Methods reject when the place cannot be read or written.
 */
export interface OutboxStore {
  /** The texts in all orphaned outboxes; each goes to one adopter only. */
  adopt(): Promise<readonly AdoptedText[]>;
  /**
   * Replaces what our outbox holds; an empty text deletes it.
   *
   * @param adopted the same for adopted boxes; those that are not named stay as they are
   */
  save(own: string, adopted?: ReadonlyMap<string, string>): Promise<void>;
  /** Gives up ownership, on a clean close: what the outboxes still hold is orphaned from now on. */
  release(): Promise<void>;
}
