import { expect, it } from "vitest";
import { configSchema } from "../../../src/config/schema";
import { CACHE } from "./options/cache";
import { CIRCUIT_BREAKER } from "./options/circuit-breaker";
import { DELIVERY } from "./options/delivery";
import { NONSENSE } from "./options/nonsense";
import { REQUESTS } from "./options/requests";
import { RETRY } from "./options/retry";
import { STREAM } from "./options/stream";
import { SURROUNDINGS } from "./options/surroundings";

const CASES = [
  ...REQUESTS,
  ...RETRY,
  ...CIRCUIT_BREAKER,
  ...CACHE,
  ...STREAM,
  ...DELIVERY,
  ...SURROUNDINGS,
];

it.each(CASES.map(({ option, byDefault: [says, check] }) => [option, says, check] as const))(
  "%s by default %s",
  (_option, _says, check) => check(),
);

it.each(CASES.map(({ option, given: [says, check] }) => [option, says, check] as const))(
  "%s, given, %s",
  (_option, _says, check) => check(),
);

/** Every option of the schema by its dotted path, groups apart. */
function schemaPaths(): { readonly options: string[]; readonly groups: string[] } {
  const options: string[] = [];
  const groups: string[] = [];
  for (const [name, schema] of Object.entries(configSchema.entries)) {
    if ("wrapped" in schema && "entries" in schema.wrapped) {
      groups.push(name);
      options.push(...Object.keys(schema.wrapped.entries).map((inner) => `${name}.${inner}`));
    } else options.push(name);
  }
  return { options, groups };
}

it("has a default and an effect for each option of the schema, once, and for no other", () => {
  const { options } = schemaPaths();
  expect(options.length).toBeGreaterThan(40);
  expect(CASES.map(({ option }) => option).sort()).toEqual(options.sort());
});

it("has nonsense to refuse for each option and group of the schema, and for no other", () => {
  const { options, groups } = schemaPaths();
  expect([...new Set(NONSENSE.map(([path]) => path))].sort()).toEqual(
    [...options, ...groups].sort(),
  );
});
