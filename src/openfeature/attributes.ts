import type { UserContext } from "rollgate";

export type Attributes = NonNullable<UserContext["attributes"]>;
type Attribute = Attributes[string];

/** How many levels of objects are looked into, and how many attributes and objects are taken. */
const MAX_DEPTH = 8;
const MAX_ATTRIBUTES = 256;
const MAX_OBJECTS = 1_000;

/**
 * What rules can look at of an object of any shape: members of inner objects under dotted
 * names, lists and dates as text. Total: what cannot be read, or is no data, is left out.
 *
 * @param without names that are not taken, at the top.
 */
export function attributesOf(source: object, without: ReadonlySet<string>): Attributes {
  const found = new Map<string, Attribute>();
  const within = { objects: MAX_OBJECTS };
  collect(source, "", [source], found, within, without);
  // Own members, `__proto__` included.
  return Object.fromEntries(found);
}

function collect(
  source: object,
  prefix: string,
  path: readonly object[],
  found: Map<string, Attribute>,
  left: { objects: number },
  without?: ReadonlySet<string>,
): void {
  if (left.objects-- <= 0) return;
  const nested: [string, object][] = [];
  for (const name of namesOf(source)) {
    if (found.size >= MAX_ATTRIBUTES) return;
    if (without?.has(name)) continue;
    const { attribute, inner } = read(source, name);
    const key = prefix + name;
    // A name that is spelt out wins over one that is put together.
    if (attribute !== undefined && !found.has(key)) found.set(key, attribute);
    if (inner !== undefined) nested.push([key, inner]);
  }
  if (path.length >= MAX_DEPTH) return;
  for (const [key, value] of nested) {
    if (!path.includes(value)) collect(value, `${key}.`, [...path, value], found, left);
  }
}

/** A member, as an attribute or as an object with members of its own; neither where it is no data. */
interface Member {
  readonly attribute?: Attribute | undefined;
  readonly inner?: object;
}

function read(source: object, name: string): Member {
  try {
    const value = (source as Readonly<Record<string, unknown>>)[name];
    if (typeof value !== "object") return { attribute: scalarOf(value) };
    if (value === null) return { attribute: null };
    if (Array.isArray(value)) return { attribute: JSON.stringify(value) };
    return value instanceof Date ? { attribute: value.toISOString() } : { inner: value };
  } catch {
    // A getter, a proxy, a circle, an invalid date.
    return {};
  }
}

function scalarOf(value: unknown): Attribute | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "bigint":
      return value.toString();
    default:
      return undefined;
  }
}

function namesOf(source: object): readonly string[] {
  try {
    return Object.keys(source);
  } catch {
    return [];
  }
}
