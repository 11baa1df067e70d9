/** What compiles of the hooks in a program that declares no flags. */
import { createElement, type ReactNode } from "react";
import type { ClientState, EvaluationDetail, JsonValue, RollgateClient } from "rollgate";
import {
  Feature,
  RollgateProvider,
  useFlag,
  useFlagDetail,
  useFlags,
  useRollgate,
  useRollgateState,
} from "rollgate/react";

declare const text: string;
declare const client: RollgateClient;
declare const user: { readonly id: string } | undefined;

export const on: boolean = useFlag("whatever");
export const off: boolean = useFlag(text, true);
export const banner: string = useFlag(text, "Hello");
export const limit: number = useFlag(text, 5);
export const theme: { mode: string } = useFlag(text, { mode: "dark" });
export const list: number[] = useFlag(text, [1, 2]);
export const any: JsonValue = useFlag(text, null);
export const detail: EvaluationDetail<boolean> = useFlagDetail(text);
export const banners: EvaluationDetail<string> = useFlagDetail(text, "Hello");
export const all: Readonly<Record<string, boolean>> = useFlags();
export const same: RollgateClient = useRollgate();
export const state: ClientState = useRollgateState();

export const provided: ReactNode[] = [
  createElement(RollgateProvider, { client, user }),
  createElement(RollgateProvider, { config: { apiKey: "key" }, user: null, suspense: true }),
  createElement(Feature, { flag: text, fallback: "off" }, "on"),
  createElement(Feature, { flag: text, children: (value: unknown) => String(value) }),
];

// A literal is an example of its type, not the only value.
banner.toUpperCase();
useFlag(text, "Hello") === "Bye";
useFlag(text, 1) === 2;
client.getSnapshot().get(text, "Hello") === "Bye";

// @ts-expect-error a key is text
useFlag(1);
// @ts-expect-error no JSON
useFlag(text, () => 1);
// @ts-expect-error a text
useFlag(text, "Hello").toFixed();
// @ts-expect-error a client or a configuration
createElement(RollgateProvider, {});
// @ts-expect-error a client or a configuration, not both
createElement(RollgateProvider, { client, config: { apiKey: "key" } });
// @ts-expect-error no such option
createElement(RollgateProvider, { config: { apiKey: "key", nonsense: 1 } });
// @ts-expect-error which flag?
createElement(Feature, {}, "on");
