import {
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
  type TrackingEventDetails,
} from "@openfeature/web-sdk";
import type { EvaluationDetail, RollgateClient, UserContext } from "rollgate";
import { type ClientSource, clientOf, type ProviderClient } from "./client-source";
import { booleanResolution, resolutionOf } from "./resolution";
import { type Notice, standingOf } from "./standing";
import { trackBy } from "./track";
import { isSameUser, subjectOf } from "./user-of-context";
import { Watch } from "./watch";

export type { ClientSource } from "./client-source";

const EVENTS = {
  READY: ProviderEvents.Ready,
  STALE: ProviderEvents.Stale,
  ERROR: ProviderEvents.Error,
  CONFIGURATION_CHANGED: ProviderEvents.ConfigurationChanged,
} as const satisfies Readonly<Record<Notice["event"], ProviderEvents>>;

/**
 * Rollgate as a provider of `@openfeature/web-sdk`, and so of `@openfeature/react-sdk`: the
 * client's user is the one that the context names, and evaluations answer from memory.
 */
export class RollgateWebProvider implements Provider {
  readonly metadata = { name: "rollgate" } as const;
  readonly runsOn = "client";
  /** A client has one user: of two domains with contexts of their own, one would get the other's flags. */
  readonly domainScoped = true;
  readonly events = new OpenFeatureEventEmitter();
  readonly #own: ProviderClient;
  readonly #watch: Watch;

  /**
   * @param source a client that the app made and closes itself, or the configuration of
   *   one that lives as long as the provider; that has `typedFlags` on, unless the
   *   configuration says otherwise.
   * @throws ConfigurationError that names the option which makes no sense.
   */
  constructor(source: ClientSource) {
    this.#own = clientOf(source, { typedFlags: true });
    this.#watch = new Watch({
      client: this.client,
      changes: ["flag_changed"],
      standingOf: (state) => standingOf(state, state.freshness),
      emit: ({ event, details }) => this.events.emit(EVENTS[event], details),
    });
  }

  /** The client behind the provider: for overrides, diagnostics, and events of its own. */
  get client(): RollgateClient {
    return this.#own.client;
  }

  /** Waits for the flags of the user whom the context names; without a `targetingKey`, of nobody. */
  initialize(context?: EvaluationContext): Promise<void> {
    this.#watch.start();
    return this.#watch.attend(this.#start(subjectOf(context).user), "refusedEmpty");
  }

  /** Puts another user in place; the latest context wins. Nothing to wait for if it is the same one. */
  onContextChange(_: EvaluationContext, context: EvaluationContext): Promise<void> | void {
    const { client } = this;
    const { user } = subjectOf(context);
    if (client.isReady && isSameUser(user, client.user)) return this.#watch.believedReady();
    const changed = user === undefined ? client.reset() : client.identify(user);
    return this.#watch.attend(changed, "empty");
  }

  /** Closes the client if the provider made it. */
  onClose(): Promise<void> {
    this.#watch.stop();
    return this.#own.release();
  }

  resolveBooleanEvaluation(flagKey: string, defaultValue: boolean): ResolutionDetails<boolean> {
    return booleanResolution(this.client.getValueDetail(flagKey, defaultValue), defaultValue);
  }

  resolveStringEvaluation(flagKey: string, defaultValue: string): ResolutionDetails<string> {
    return resolutionOf(this.client.getStringDetail(flagKey, defaultValue));
  }

  resolveNumberEvaluation(flagKey: string, defaultValue: number): ResolutionDetails<number> {
    return resolutionOf(this.client.getNumberDetail(flagKey, defaultValue));
  }

  resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
  ): ResolutionDetails<T> {
    return resolutionOf(this.client.getJsonDetail(flagKey, defaultValue) as EvaluationDetail<T>);
  }

  /** Queues a conversion event; `details.flagKey` names the flag that it belongs to. */
  track(eventName: string, context: EvaluationContext, details: TrackingEventDetails): void {
    trackBy(this.client, eventName, context, details);
  }

  #start(user: UserContext | undefined): Promise<void> {
    const { client } = this;
    const started = client.init(user);
    // An app that started its client may have named another user, or none.
    const isNamed = user === undefined || isSameUser(user, client.user);
    return isNamed ? started : client.identify(user);
  }
}
