/** @jsxImportSource react */
/** An app on OpenFeature's React SDK that counts how often each component renders. */
import {
  type EvaluationContext,
  OpenFeature,
  OpenFeatureProvider,
  useBooleanFlagValue,
  useOpenFeatureClientStatus,
  useStringFlagDetails,
  useTrack,
} from "@openfeature/react-sdk";
import { createRoot } from "react-dom/client";
import type { RollgateConfig } from "rollgate";
import { RollgateWebProvider } from "rollgate/openfeature-web";

declare global {
  interface Window {
    readonly standard: typeof standard;
  }
}

/** Stands on the page as `window.standard`. */
export const standard = {
  OpenFeature,
  provider: undefined as unknown as RollgateWebProvider,
  /** Renders since they were last looked at, by component. */
  renders: {} as Record<string, number>,

  /** Renders the app, and resolves when its provider is ready. */
  async start(config: RollgateConfig, context: EvaluationContext): Promise<void> {
    standard.provider = new RollgateWebProvider(config);
    const ready = OpenFeature.setProviderAndWait(standard.provider, context);
    createRoot(document.body.appendChild(document.createElement("main"))).render(<App />);
    await ready;
  },

  valueOf: (key: string) => OpenFeature.getClient().getBooleanValue(key, false),

  takeRenders(): Record<string, number> {
    const { renders } = standard;
    standard.renders = {};
    return renders;
  },
};

function count(component: string): void {
  standard.renders[component] = (standard.renders[component] ?? 0) + 1;
}

function App() {
  return (
    <OpenFeatureProvider>
      <Status />
      <Flag name="beta" />
      <Flag name="later" />
      <Flag name="pro-only" />
      <Banner />
      <Buy />
    </OpenFeatureProvider>
  );
}

function Status() {
  return <p id="status">{useOpenFeatureClientStatus()}</p>;
}

function Flag({ name }: { readonly name: string }) {
  count(name);
  return <p id={name}>{String(useBooleanFlagValue(name, false))}</p>;
}

function Banner() {
  count("banner");
  const { value, reason } = useStringFlagDetails("banner", "-");
  return <p id="banner">{`${value} ${reason}`}</p>;
}

function Buy() {
  const { track } = useTrack();
  return (
    <button id="buy" type="button" onClick={() => track("bought", { flagKey: "beta", value: 2 })}>
      Buy
    </button>
  );
}
