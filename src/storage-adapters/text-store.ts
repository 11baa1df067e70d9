/** Keeps the newest text of each key, whoever writes when. Methods reject with what the driver says. */
export interface TextStore {
  get(key: string): Promise<string | undefined>;
  /** @param at how new the text is; absent: as new as can be */
  set(key: string, text: string, at: number | undefined): Promise<void>;
  delete(key: string): Promise<void>;
  keys(prefix: string): Promise<string[]>;
}
