type Schema = Readonly<Record<string, unknown>>;
type Check = (argument: never, value: unknown, root: Schema, schema: Schema) => boolean;

/**
 * Whether a value satisfies a JSON Schema. Knows the keywords that
 * `docs/flags-file.schema.json` uses, and throws at any other.
 */
export function satisfies(schema: Schema, value: unknown, root: Schema = schema): boolean {
  return Object.entries(schema).every(([keyword, argument]) => {
    if (ANNOTATIONS.has(keyword)) return true;
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`This walker does not know "${keyword}".`);
    return check(argument as never, value, root, schema);
  });
}

const ANNOTATIONS = new Set(["$schema", "$defs", "title", "description", "default", "then"]);

const CHECKS: Readonly<Record<string, Check>> = {
  $ref: (ref: string, value, root) => satisfies(resolve(ref, root), value, root),
  type: (types: string | string[], value) => [types].flat().includes(typeName(value)),
  enum: (members: unknown[], value) => members.includes(value),
  const: (member: unknown, value) => member === value,
  minimum: (least: number, value) => typeof value !== "number" || value >= least,
  maximum: (most: number, value) => typeof value !== "number" || value <= most,
  minLength: (least: number, value) => typeof value !== "string" || value.length >= least,
  required: (names: string[], value) =>
    !isObject(value) || names.every((name) => Object.hasOwn(value, name)),
  properties: (properties: Record<string, Schema>, value, root) =>
    entries(value).every(([name, inner]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return schema === undefined || satisfies(schema, inner, root);
    }),
  additionalProperties: (rest: Schema | false, value, root, schema) =>
    entries(value)
      .filter(([name]) => !Object.hasOwn((schema["properties"] as object | undefined) ?? {}, name))
      .every(([, inner]) => rest !== false && satisfies(rest, inner, root)),
  items: (item: Schema, value, root) =>
    !Array.isArray(value) || value.every((inner) => satisfies(item, inner, root)),
  anyOf: (schemas: Schema[], value, root) =>
    schemas.some((schema) => satisfies(schema, value, root)),
  allOf: (schemas: Schema[], value, root) =>
    schemas.every((schema) => satisfies(schema, value, root)),
  not: (schema: Schema, value, root) => !satisfies(schema, value, root),
  if: (condition: Schema, value, root, schema) =>
    !satisfies(condition, value, root) || satisfies(schema["then"] as Schema, value, root),
};

function resolve(ref: string, root: Schema): Schema {
  return ref
    .slice(2)
    .split("/")
    .reduce((at, key) => at[key] as Schema, root);
}

function isObject(value: unknown): value is object {
  return typeName(value) === "object";
}

function entries(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
