/**
 * Keeps unsent events beyond this process. Each process or tab has an outbox of
 * its own; one whose owner is gone is an orphan, which whoever starts next adopts.
 * Methods reject when the place cannot be read or written.
 */
export interface OutboxStore {
  /**
   * The texts in all orphaned outboxes; each goes to one adopter only.
   * They stay where they are until the first {@link save} that is called after this
   * resolved: that text must include what they hold.
   */
  adopt(): Promise<readonly string[]>;
  /** Replaces what our outbox holds; an empty text deletes it. */
  save(text: string): Promise<void>;
  /** Gives up ownership, on a clean close: what the outbox still holds is an orphan from now on. */
  release(): Promise<void>;
}
