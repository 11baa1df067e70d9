import type { EvaluationContext, TrackingEventDetails } from "@openfeature/core";
import type { RollgateClient, TrackOptions } from "rollgate";
import { userIdOf } from "./user-of-context";

/**
 * Queues a conversion event. OpenFeature knows no flag that an event belongs to: the
 * details say so by `flagKey`. What makes no sense is counted as refused, and reported
 * as the client's `error`.
 */
export function trackBy(
  client: RollgateClient,
  eventName: string,
  context: EvaluationContext,
  details: TrackingEventDetails = {},
): void {
  const { flagKey, variationId, value, ...metadata } = details;
  const userId = userIdOf(context);
  // What is no text is refused by the client, which says so.
  const event: Readonly<Record<keyof TrackOptions, unknown>> = {
    flagKey,
    eventName,
    userId,
    variationId,
    value,
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
  };
  client.track(event as never);
}
