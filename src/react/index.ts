"use client";

export { useRollgate } from "./context";
export { Feature, type FeatureProps } from "./feature";
export { RollgateProvider, type RollgateProviderProps } from "./provider";
export { useFlag, useFlagDetail } from "./use-flag";
export { useFlags } from "./use-flags";
export { useRollgateState } from "./use-rollgate-state";
