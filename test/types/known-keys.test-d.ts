/** What compiles in a program with the file that `rollgate types` writes; `keys.test.ts` puts it beside this one. */
import { createElement } from "react";
import type { FlagKey, FlagKeyOf, JsonValue, RollgateClient, TrackOptions } from "rollgate";
import { Feature, useFlag, useFlagDetail } from "rollgate/react";

declare const client: RollgateClient;
declare const text: string;

// Every flag is on or off.
client.isEnabled("checkout");
client.isEnabled("banner", true);
client.isEnabledDetail("limit");
client.isEnabled("theme");
client.getString("banner", "Hello").toUpperCase();
client.getStringDetail("banner", "Hello");
client.getNumber("limit", 1).toFixed();
client.getNumberDetail("limit", 1);
client.getJson("theme", { mode: "dark" }).mode.toUpperCase();
client.getJsonDetail("theme", [1]);
client.getValue("banner", null);
client.getValueDetail("limit", null);
client.setOverride("limit", 2);
client.subscribe("theme", () => {});
client.subscribe(() => {});

export const own: Record<FlagKeyOf<"boolean">, true> = {
  checkout: true,
  "": true,
  "1": true,
  __proto__: true,
  'a "quoted"\\\n\u2028\u007f key`': true,
};
export const theme: FlagKeyOf<"json"> = "theme";
export const event: TrackOptions = { flagKey: "checkout", eventName: "purchase" };
export const values: JsonValue[] = [client.getValue("theme", 1)];

// @ts-expect-error no such flag
client.isEnabled("typo");
// @ts-expect-error no such flag
client.isEnabledDetail("checkout ");
// @ts-expect-error any text may be no flag
client.isEnabled(text);
// @ts-expect-error no such flag
client.getString("typo", "");
// @ts-expect-error no such flag
client.getValue("typo", 1);
// @ts-expect-error no such flag
client.getValueDetail("typo", 1);
// @ts-expect-error no such flag
client.setOverride("typo", true);
// @ts-expect-error no such flag
client.subscribe("typo", () => {});
// @ts-expect-error no such flag
export const key: FlagKey = "typo";
// @ts-expect-error no such flag
export const wrong: TrackOptions = { flagKey: "typo", eventName: "purchase" };

// @ts-expect-error a text
client.getNumber("banner", 1);
// @ts-expect-error a text
client.getNumberDetail("banner", 1);
// @ts-expect-error a number
client.getString("limit", "");
// @ts-expect-error a number
client.getStringDetail("limit", "");
// @ts-expect-error on or off
client.getString("checkout", "");
// @ts-expect-error a text
client.getJson("banner", { mode: "dark" });
// @ts-expect-error on or off
client.getJsonDetail("checkout", true);
// @ts-expect-error JSON
client.getString("theme", "");

// @ts-expect-error a default of another type
client.getString("banner", 1);
// @ts-expect-error a default of another type
client.getNumber("limit", "1");
// @ts-expect-error a default of another type
client.isEnabled("checkout", "yes");

// Hooks ask by the type of the default.
export const on: boolean = useFlag("banner");
export const off: boolean = useFlag("limit", true);
export const banner: string = useFlag("banner", "Hello");
export const mode: string = useFlag("theme", { mode: "dark" }).mode;
export const any: JsonValue = useFlag("limit", null);
export const detail: number = useFlagDetail("limit", 1).value;
createElement(Feature<"banner">, { flag: "banner", children: (text) => text.toUpperCase() });

// @ts-expect-error no such flag
useFlag("typo");
// @ts-expect-error no such flag
useFlag("typo", "Hello");
// @ts-expect-error a number
useFlag("limit", "Hello");
// @ts-expect-error a text
useFlag("banner", 1);
// @ts-expect-error on or off
useFlagDetail("checkout", { mode: "dark" });
// @ts-expect-error a number
client.getSnapshot().get("limit", "Hello");
// @ts-expect-error no such flag
createElement(Feature, { flag: "typo" });
