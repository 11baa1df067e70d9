/** Breaks of PRODUCT's promises about remembering. */
const remembering = "test/integration/client/remembering.test.ts";
const faults = "test/integration/client/remembering-faults.test.ts";
const starting = "test/integration/client/starting.test.ts";
const evaluating = "test/integration/client/evaluating.test.ts";
const files = "test/integration/storage/file.test.ts";
const browser = "test/browser/storage.test.ts";
const cache = { file: "src/client/flag-cache.ts", test: remembering };
const counts = { file: cache.file, test: "test/integration/client/cache-statistics.test.ts" };
const names = { file: "src/storage/names.ts", test: remembering };
const safe = { file: "src/storage/safe.ts", test: remembering };

export default [
  // Age
  {
    promise: "persisted flags are fresh until ttlMs",
    file: "src/client/entry-age.ts",
    from: "return age < ttlMs ?",
    to: "return age < staleTtlMs ?",
    test: starting,
  },
  {
    promise: "what storage held is stale until it is confirmed",
    file: "src/client/flag-store.ts",
    from: 'this.stale = freshness !== "fresh";',
    to: 'this.stale = freshness === "stale" || freshness === "expired";',
    test: starting,
  },
  {
    promise: "rules that storage held are stale until they are confirmed",
    file: "src/client/flag-store.ts",
    from: 'this.rulesStale = freshness !== "fresh";',
    to: 'this.rulesStale = freshness === "stale" || freshness === "expired";',
    test: "test/integration/local/restart.test.ts",
  },
  {
    promise: "rules that the app gave are not from storage",
    file: "src/client/flag-cache.ts",
    from: 'rulesGiven: rules.source === "bootstrap"',
    to: "rulesGiven: false",
    test: "test/integration/local/sources.test.ts",
  },
  {
    promise: "flags in memory are fresh until ttlMs",
    file: "machines/freshness.machine.ts",
    from: "Math.min(context.ttlMs, context.maxStalenessMs) - context.age",
    to: "Math.min(context.ttlMs * 2, context.maxStalenessMs) - context.age",
    test: evaluating,
  },
  {
    promise: "persisted flags are stale until staleTtlMs",
    file: "src/client/entry-age.ts",
    from: 'if (age >= staleTtlMs) return "expired"',
    to: 'if (age >= ttlMs) return "expired"',
    test: starting,
  },
  {
    promise: "flags in memory serve on whatever their age",
    file: "machines/freshness.machine.ts",
    from: "input.maxStalenessMs ?? Number.POSITIVE_INFINITY",
    to: "input.maxStalenessMs ?? 3_600_000",
    test: evaluating,
  },
  {
    promise: "maxStalenessMs withholds flags",
    file: "machines/freshness.machine.ts",
    from: 'entry: notify("expired")',
    to: 'entry: notify("stale")',
    test: evaluating,
  },
  {
    promise: "a persisted entry older than staleTtlMs is not used before the first fetch failed",
    file: "machines/client.setup.ts",
    from: 'servable: (_, load: CacheLoad) => load.grade === "fresh"',
    to: 'servable: (_, load: CacheLoad) => load.grade === "expired" || load.grade === "fresh"',
    test: starting,
  },
  {
    promise: "a persisted entry older than staleTtlMs is used after the first fetch failed",
    file: "machines/client.setup.ts",
    from: "context.reserve !== undefined,\n    currentWithoutReserve",
    to: "context.reserve?.age === 0,\n    currentWithoutReserve",
    test: starting,
  },
  {
    ...cache,
    promise: "flags from storage have the source cache",
    from: 'source: "cache",',
    to: "source: entry.source,",
    test: starting,
  },
  {
    promise: "a persisted entry older than staleTtlMs is stale",
    file: "machines/client.words.ts",
    from: "context.reserve as CacheLoad",
    to: "({ ...context.reserve, age: 0 }) as CacheLoad",
    test: starting,
  },

  // Statistics
  {
    ...counts,
    promise: "a load that finds fresh flags counts as a hit",
    from: "this.#hits++",
    to: "this.#staleHits++",
  },
  {
    ...counts,
    promise: "a load that finds stale flags counts as a stale hit",
    from: "else this.#staleHits++",
    to: "else this.#hits++",
  },
  {
    ...counts,
    promise: "a load that finds nothing counts as a miss",
    from: "this.#misses++;",
    to: ";",
  },
  {
    ...counts,
    promise: "a load that finds an expired entry to fall back on counts",
    from: 'if (grade === "fresh") this.#hits++;',
    to: 'if (grade === "expired") this.#misses++;\n    else if (grade === "fresh") this.#hits++;',
  },
  {
    promise: "reads never count as hits",
    file: "src/client/client.ts",
    from: "    countRead(slot, flag);",
    to: "    countRead(slot, flag);\n    const { cache } = this.#core.services;\n    void cache.placeOf(this.#store.user).then((place) => cache.load(place, { holdMs: 0 }));",
    test: counts.test,
  },

  // Names and content
  {
    ...names,
    promise: "persisted entries are named by the base URL",
    from: "const secret = [baseUrl, apiKey, typedFlags];",
    to: "const secret = [apiKey, typedFlags];\n    void baseUrl;",
  },
  {
    ...names,
    promise: "persisted entries are named by the API key",
    from: "const secret = [baseUrl, apiKey, typedFlags];",
    to: "const secret = [baseUrl, typedFlags];\n    void apiKey;",
  },
  {
    ...names,
    promise: "persisted entries are named by the kind of flags",
    from: "const secret = [baseUrl, apiKey, typedFlags];",
    to: "const secret = [baseUrl, apiKey];\n    void typedFlags;",
  },
  {
    ...names,
    promise: "persisted entries are named by the user's id",
    from: 'hash("user", ...secret, userId)',
    to: 'hash("user", ...secret)',
  },
  {
    ...names,
    promise: "persisted entries hold no id",
    from: 'await hash("user", ...secret, userId)',
    to: "userId",
  },
  {
    ...names,
    promise: "persisted entries hold no key",
    from: "const prefix = `rollgate:",
    to: "const prefix = apiKey + `rollgate:",
  },
  {
    ...names,
    promise: "persisted entries hold no attribute",
    from: 'hash("context", ...secret, user?.email ?? null,',
    to: "(async (...parts) => JSON.stringify(parts))(user?.email ?? null,",
  },
  {
    promise: "persisted entries are versioned",
    file: "src/storage/envelope.ts",
    from: 'content["rollgate"] > VERSION ?',
    to: 'content["rollgate"] > VERSION + 1_000 ?',
    test: remembering,
  },
  {
    promise: "a storage file is versioned",
    file: "src/storage/file-format.ts",
    from: 'if (content["v"] > VERSION) return { kind: "newer" };',
    to: "",
    test: files,
  },

  // Writing
  {
    promise: "files are written to a temporary file and renamed",
    file: "src/storage/atomic-file.ts",
    from: "const temporary = `",
    to: "const temporary = path;\n  await rm(path, { force: true });\n  void `",
    test: files,
  },
  {
    promise: "files have mode 0600",
    file: "src/storage/atomic-file.ts",
    from: "0o600",
    to: "0o644",
    test: remembering,
  },
  {
    promise: "browsers keep flags in IndexedDB",
    file: "src/platform/browser.ts",
    from: "hasIndexedDb() ? createIdbStorage() : undefined",
    to: "hasIndexedDb() ? undefined : createIdbStorage()",
    test: browser,
  },
  {
    promise: "a page finds in IndexedDB what another one wrote",
    file: "src/storage/idb.ts",
    from: "return (await get<IdbEntry>(key, store()))?.value;",
    to: "return opened && (await get<IdbEntry>(key, store()))?.value;",
    test: browser,
  },
  {
    promise: "IndexedDB that refuses is one error",
    file: "src/storage/failures.ts",
    from: " || told.has(reason)",
    to: "",
    test: "test/browser/storage-trouble.test.ts",
  },
  {
    ...cache,
    promise: "an entry of no use in IndexedDB is a miss, reported once",
    from: " && !this.#ignored.has(key)",
    to: "",
    test: browser,
  },
  {
    promise: "clearCache empties IndexedDB of what earlier pages wrote",
    file: "src/storage/idb.ts",
    from: "return (await keys<string>(store())).filter((key) => key.startsWith(prefix));",
    to: "return prefix === undefined ? await keys<string>(store()) : [];",
    test: browser,
  },
  {
    promise: "writes of flags are debounced",
    file: "src/client/machine-input.ts",
    from: "const SAVE_DELAY_MS = 1_000",
    to: "const SAVE_DELAY_MS = 0",
    test: remembering,
  },
  {
    promise: "many changes are one write",
    file: "machines/persistence.machine.ts",
    from: 'dirty: { after: { saveDelay: "saving" }, on: {',
    to: 'dirty: { after: { saveDelay: "saving" }, on: { "content.changed": "saving",',
    test: remembering,
  },

  // Entries of no use
  {
    promise: "a corrupt or truncated entry is a miss",
    file: "src/storage/cache-entry.ts",
    from: 'readEntry(opened.content) ?? { miss: "corrupt" }',
    to: 'readEntry(opened.content) ?? { flags: new Map(), confirmedAt: Date.now(), context: "", source: "network" }',
    test: remembering,
  },
  {
    promise: "an entry that is no JSON is a miss",
    file: "src/storage/envelope.ts",
    from: 'if (content === undefined) return { miss: "corrupt" };',
    to: 'if (content === undefined) return { content: { keys: [], flags: [], reasons: [], confirmedAt: Date.now(), context: "", source: "network" } };',
    test: remembering,
  },
  {
    promise: "a foreign entry is a miss",
    file: "src/storage/envelope.ts",
    from: 'return { miss: "foreign" };',
    to: 'return { content: { keys: [], flags: [], reasons: [], confirmedAt: Date.now(), context: "", source: "network" } };',
    test: remembering,
  },
  {
    promise: "a file of no use is a miss",
    file: "src/storage/file-format.ts",
    from: 'if (!isRecord(content) || typeof content["v"] !== "number") return { kind: "unreadable" };',
    to: 'if (!isRecord(content) || typeof content["v"] !== "number") throw new Error("unreadable");',
    test: files,
  },
  {
    ...cache,
    promise: "an entry of no use is reported",
    from: 'if (entry.miss !== "absent" &&',
    to: 'if (entry.miss === "newer" &&',
  },
  {
    ...cache,
    promise: "an entry of no use is reported once",
    from: " && !this.#ignored.has(key)",
    to: "",
    test: faults,
  },
  {
    promise: "a file of no use is reported once",
    file: "src/storage/file.ts",
    from: "once(content.kind, () => storageError(PROBLEMS[content.kind]))",
    to: "report(storageError(PROBLEMS[content.kind]))",
    test: remembering,
  },

  // Storage that fails
  {
    ...safe,
    promise: "a storage that throws degrades to memory",
    from: "if (error !== TOO_LATE) return",
    to: "if (error !== TOO_LATE) throw error;\n      if (error !== TOO_LATE) return",
  },
  {
    ...safe,
    promise: "what a full storage did not take is in memory",
    from: "if (change !== undefined) return change.value;",
    to: "",
    test: "test/unit/storage/safe.test.ts",
  },
  {
    ...safe,
    promise: "a storage is waited for no longer than 100 ms",
    from: "timeoutMs = 100,",
    to: "timeoutMs = 1_000,",
  },
  {
    ...safe,
    promise: "a storage that hangs degrades to memory",
    from: "await inTime(call(), limitMs, clock, onAnswer)",
    to: "await call()",
  },
  {
    ...cache,
    promise: "users' flags are remembered in memory without storage",
    from: "this.#younger(this.#remembered.get(key), stored, at)",
    to: "stored",
  },

  // clearCache
  {
    ...cache,
    promise: "clearCache empties storage",
    from: "new Set([...known, ...stored])) await storage.delete(key)",
    to: "new Set([...known, ...stored])) void key",
  },
  {
    ...cache,
    promise: "clearCache empties storage for users that this client has not seen",
    from: "new Set([...known, ...stored])",
    to: "new Set(known)",
  },
  {
    ...cache,
    promise: "clearCache empties storage of what is being written",
    from: "    this.#unsaved.clear();\n",
    to: "",
    test: faults,
  },
  {
    ...cache,
    promise: "clearCache leaves other namespaces alone",
    from: "storage.keys?.(names.flagsPrefix)",
    to: 'storage.keys?.("rollgate:")',
  },
  {
    promise: "clearCache leaves the flags in hand",
    file: "src/client/client.ts",
    from: "return this.#core.clearCache();",
    to: 'this.#store.setFreshness("expired");\n    return this.#core.clearCache();',
    test: remembering,
  },
];
