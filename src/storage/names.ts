import type { UserContext } from "../flags/types";

/** SHA-256 of a text's UTF-8 bytes, as lower-case hexadecimal digits. */
export type Digest = (text: string) => Promise<string>;

/** What tells one set of persisted entries from another. */
export interface NamespaceParts {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly typedFlags: boolean;
}

/** The keys of one namespace. Hashes only: no id, attribute or API key can be read from them. */
export interface Names {
  /** The namespace itself: 32 hexadecimal digits. */
  readonly namespace: string;
  /** What the keys of all persisted flags start with. */
  readonly flagsPrefix: string;
  readonly holdKey: string;
  /** The key of the rule set, and of when it was last vouched for. */
  readonly rulesKey: string;
  readonly rulesTouchKey: string;
  /** What the keys of all outboxes start with. */
  readonly outboxPrefix: string;
  /** The key of a user's flags; of nobody's when there is no id. */
  flagsKey(userId: string | undefined): Promise<string>;
  /** Stands for email and attributes: equal for equal ones, in whatever order. */
  contextHash(user: UserContext | undefined): Promise<string>;
}

/** Makes the names of a namespace. */
export type MakeNames = (parts: NamespaceParts) => Promise<Names>;

/** @param digest the platform's SHA-256. */
export function createNames(digest: Digest): MakeNames {
  // As JSON no two lists of parts look alike, whatever characters they hold.
  const hash = async (...parts: unknown[]) => (await digest(JSON.stringify(parts))).slice(0, 32);

  return async ({ baseUrl, apiKey, typedFlags }) => {
    const secret = [baseUrl, apiKey, typedFlags];
    const namespace = await hash("namespace", ...secret);
    const prefix = `rollgate:${namespace}:`;
    const flagsPrefix = `${prefix}flags:`;
    return {
      namespace,
      flagsPrefix,
      holdKey: `${prefix}hold`,
      rulesKey: `${prefix}rules`,
      rulesTouchKey: `${prefix}rules-touch`,
      outboxPrefix: `${prefix}outbox:`,
      // The key takes part, else a list of likely ids would be enough to find out whose flags these are.
      flagsKey: async (userId) =>
        flagsPrefix + (userId === undefined ? "anonymous" : await hash("user", ...secret, userId)),
      contextHash: (user) =>
        hash("context", ...secret, user?.email ?? null, sorted(user?.attributes ?? {})),
    };
  };
}

/** Whether a key is of persisted flags, of any namespace. */
export function isFlagsKey(key: string): boolean {
  return /^rollgate:[^:]*:flags:/.test(key);
}

function sorted(attributes: NonNullable<UserContext["attributes"]>): unknown[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
