import { type CustomSchema, custom, type OptionalSchema, optional } from "valibot";

// The message of each kind completes "expected …".

type Leaf = number | boolean;
type Widened<D extends Leaf> = D extends boolean ? boolean : number;

/** A schema for each of the defaults. */
type Options<D extends Record<string, Leaf>> = {
  [K in keyof D]: OptionalSchema<Kind<Widened<D[K]>>, Widened<D[K]>>;
};

type Kind<T> = CustomSchema<T, string>;

/**
 * Makes a schema for each option in `defaults`. Its kind follows from the default
 * and the house rule for names: `…Ms` is a duration, `…Factor` a share, any other
 * number a count.
 */
export function options<D extends Record<string, Leaf>>(defaults: D): Options<D> {
  const entries = Object.entries(defaults).map(([name, fallback]) => [
    name,
    optional(kindOf(name, fallback), fallback),
  ]);
  return Object.fromEntries(entries);
}

function kindOf(name: string, fallback: Leaf): Kind<Leaf> {
  if (typeof fallback === "boolean") return aBoolean as Kind<Leaf>;
  return aNumber(name) as Kind<Leaf>;
}

function aNumber(name: string): Kind<number> {
  if (name.endsWith("Factor")) return number(0, "a number up to 1", (value) => value <= 1);
  const min = ZERO_ALLOWED.test(name) ? 0 : 1;
  return name.endsWith("Ms") ? duration(min) : number(min, "a whole number", Number.isInteger);
}

/** Where 0 means never, none or at once; anywhere else it would make a tight loop or nothing work. */
const ZERO_ALLOWED = /^(refreshInterval|flushInterval|ttl|staleTtl|changeJitter|maxRetries)/;

/** A finite number of milliseconds. */
export const duration = (min: number) => number(min, "a number of milliseconds", () => true);

function number(min: number, what: string, test: (value: number) => boolean): Kind<number> {
  return custom(
    (value) => Number.isFinite(value) && (value as number) >= min && test(value as number),
    `${what}, at least ${min}`,
  );
}

export const aBoolean: Kind<boolean> = custom(
  (value) => typeof value === "boolean",
  "true or false",
);

export const aFunction = <T>() => custom<T>(isFunction, "a function");

/** An object that is used as a dictionary. */
export const aRecord = <T>() => custom<T>(isDictionary, "an object");

export function isDictionary(value: unknown): boolean {
  return isObject(value) && typeof value !== "function" && !Array.isArray(value);
}

/** An object with all of these methods, own or inherited. */
export const withMethods = <T>(...names: (keyof T & string)[]) =>
  custom<T>((value) => hasMethods(value, names), `an object with methods ${names.join(", ")}`);

/** Whether `value` has all of these methods, own or inherited. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => isFunction(value[name]));
}

/** Whether `value` can have members. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return Object(value) === value;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
