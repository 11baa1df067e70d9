/** What server and browser render alike. */
import { createElement, type ReactElement, Suspense } from "react";
import {
  Feature,
  RollgateProvider,
  type RollgateProviderProps,
  useFlag,
  useFlagDetail,
  useFlags,
} from "rollgate/react";

/** A page that reads flags in every way. */
export function Page(props: RollgateProviderProps): ReactElement {
  return createElement(RollgateProvider, props, createElement(Content));
}

/** What a part of the page waits for, while it does. */
export interface Gate {
  waiting?: Promise<void> | undefined;
}

/** The same page, whose browser comes to the content when the gate is open. */
export function LatePage({
  gate,
  ...props
}: RollgateProviderProps & { gate?: Gate }): ReactElement {
  const late = createElement(Suspense, { fallback: null }, createElement(Gated, { gate }));
  return createElement(RollgateProvider, props, late);
}

function Gated({ gate }: { gate?: Gate | undefined }): ReactElement {
  if (gate?.waiting !== undefined) throw gate.waiting;
  return createElement(Content);
}

function Content(): ReactElement {
  const beta = useFlag("beta");
  const banner = useFlag("banner", "no banner");
  const theme = useFlag("theme", { mode: "light" });
  const { reason } = useFlagDetail("beta");
  const names = Object.keys(useFlags()).sort();
  return createElement(
    "main",
    null,
    createElement("p", { id: "beta" }, beta ? "beta is on" : "beta is off"),
    createElement("p", { id: "banner" }, banner),
    createElement("p", { id: "theme" }, theme.mode),
    createElement("p", { id: "reason" }, reason.kind),
    createElement("p", { id: "names" }, names.join(" ")),
    createElement(
      "p",
      { id: "feature" },
      createElement(Feature, { flag: "beta", fallback: "old" }, "new"),
    ),
  );
}
