/** What is used of an unstorage driver. */
export interface SharedDriver {
  readonly name?: string;
  readonly flags?: { readonly maxDepth?: boolean };
  readonly options?: unknown;
  getInstance?(): unknown;
  getItem(key: string, options: Record<string, never>): unknown;
  getItems?(items: { key: string }[]): unknown;
  setItem?(key: string, value: string, options: { ttl: number }): unknown;
  removeItem?(key: string, options: Record<string, never>): unknown;
  getKeys(base: string, options: { maxDepth?: number }): unknown;
}

/** What is used of an unstorage storage: the way to its driver, since a storage reads JSON in what it is given. */
export interface SharedDriverMount {
  getMount(key?: string): { readonly base: string; readonly driver: SharedDriver };
}

/** A driver, and where in it our keys lie. */
export interface Shelf {
  readonly driver: SharedDriver;
  /** Begins every key, with its separator; may be empty. */
  readonly start: string;
}

/** The driver that keeps what begins with `prefix`. */
export function shelfOf(given: SharedDriver | SharedDriverMount, prefix: string): Shelf {
  const start = prefix === "" ? "" : `${prefix}:`;
  if (!("getMount" in given)) return { driver: given, start };
  const { base, driver } = given.getMount(prefix);
  return { driver, start: start.slice(base.length) };
}

/** Asks for one item; those asked for in one turn go as one question, where the driver knows such questions. */
export function itemReader(driver: SharedDriver): (name: string) => Promise<unknown> {
  const { getItems } = driver;
  const inCluster = (driver.options as { cluster?: unknown } | undefined)?.cluster !== undefined;
  if (getItems === undefined || inCluster) {
    return async (name) => textOf(await driver.getItem(name, {}));
  }
  return batched(async (names) => {
    const items = await getItems.call(
      driver,
      names.map((key) => ({ key })),
    );
    return (items as { readonly value: unknown }[]).map(({ value }) => textOf(value));
  });
}

/** The names of all items below `base`, as they were given when they were written. */
export async function namesBelow(
  driver: SharedDriver,
  base: string,
  depth: { maxDepth?: number } = {},
): Promise<string[]> {
  const names = (await driver.getKeys(base, depth)) as string[];
  return names.map(normal).filter((name) => name.startsWith(base));
}

/** As unstorage itself writes names: drivers may give paths, or forget a colon of their own. */
export function normal(name: string): string {
  return name.replace(/[/\\]/g, ":").replace(/:+/g, ":").replace(/^:|:$/g, "");
}

/** Rejects what could not be read: some drivers give the error as the item. */
function textOf(value: unknown): unknown {
  if (value instanceof Error) throw value;
  return value ?? undefined;
}

/** Collects the questions of one turn, each once, and asks them together. */
export function batched<A>(
  askAll: (questions: string[]) => Promise<readonly A[]>,
): (question: string) => Promise<A> {
  let answers: Promise<ReadonlyMap<string, A>> | undefined;
  const questions = new Set<string>();

  async function ask(): Promise<ReadonlyMap<string, A>> {
    // Whoever asks in the same turn comes before this goes on.
    await undefined;
    const asked = [...questions];
    questions.clear();
    answers = undefined;
    const found = await askAll(asked);
    return new Map(asked.map((question, index) => [question, found[index] as A]));
  }

  return async (question) => {
    questions.add(question);
    answers ??= ask();
    return (await answers).get(question) as A;
  };
}
