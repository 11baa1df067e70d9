/** What compiles in a program that declares no flags: any text is a key. */
import type { FlagKey, FlagKeyOf, RollgateClient, TrackOptions } from "rollgate";

declare const client: RollgateClient;
declare const text: string;

client.isEnabled("whatever");
client.isEnabled(text, true, { id: "u" });
client.isEnabledDetail(text);
client.getString(text, "");
client.getStringDetail(text, "");
client.getNumber(text, 0);
client.getNumberDetail(text, 0);
client.getJson(text, { mode: "dark" }).mode.toUpperCase();
client.getJsonDetail(text, [1]);
client.getValue(text, null);
client.getValueDetail(text, null);
client.setOverride(text, 1);
client.subscribe(text, () => {});
client.subscribe(() => {});

export const keys: [FlagKey, FlagKeyOf<"number">, string] = [text, text, "" as FlagKey];
export const event: TrackOptions = { flagKey: text, eventName: "purchase" };

// @ts-expect-error a key is text
client.isEnabled(1);
// @ts-expect-error the default is a number
client.getNumber("limit", "1");
// @ts-expect-error the default is text
client.getString("banner", 1);
