import {
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
  type TrackingEventDetails,
} from "@openfeature/server-sdk";
import {
  type ClientState,
  ConfigurationError,
  type EvaluationDetail,
  type RollgateClient,
  type UserContext,
} from "rollgate";
import { type ClientSource, clientOf, type ProviderClient } from "./client-source";
import { booleanResolution, resolutionOf, targetingKeyMissing } from "./resolution";
import { rulesArrived } from "./rules-arrived";
import { type Notice, standingOf } from "./standing";
import { trackBy } from "./track";
import { isSameUser, subjectOf } from "./user-of-context";
import { Watch } from "./watch";

export type { ClientSource } from "./client-source";

/** What {@link RollgateServerProvider} takes beside the client; everything may be left out. */
export interface ServerProviderOptions {
  /**
   * How long `initialize()` waits for rules once flags are in hand, in milliseconds;
   * without rules it then rejects. 0: rules are not waited for, nor missed. @default 5_000
   */
  readonly rulesTimeoutMs?: number;
}

/** What timers can hold. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const EVENTS = {
  READY: ProviderEvents.Ready,
  STALE: ProviderEvents.Stale,
  ERROR: ProviderEvents.Error,
  CONFIGURATION_CHANGED: ProviderEvents.ConfigurationChanged,
} as const satisfies Readonly<Record<Notice["event"], ProviderEvents>>;

/**
 * Rollgate as a provider of `@openfeature/server-sdk`: each call is evaluated for the user
 * that its own context names, by the rules in the client.
 */
export class RollgateServerProvider implements Provider {
  readonly metadata = { name: "rollgate" } as const;
  readonly runsOn = "server";
  readonly events = new OpenFeatureEventEmitter();
  readonly #own: ProviderClient;
  readonly #rulesTimeoutMs: number;
  readonly #watch: Watch;

  /**
   * @param source a client that the app made and closes itself, or the configuration of
   *   one that lives as long as the provider; that has `enableStreaming` and `typedFlags`
   *   on, unless the configuration says otherwise.
   * @throws ConfigurationError that names the option which makes no sense.
   */
  constructor(source: ClientSource, { rulesTimeoutMs = 5_000 }: ServerProviderOptions = {}) {
    if (!(rulesTimeoutMs >= 0 && rulesTimeoutMs <= MAX_TIMEOUT_MS)) {
      throw new ConfigurationError("rulesTimeoutMs must be milliseconds.", "rulesTimeoutMs");
    }
    this.#rulesTimeoutMs = rulesTimeoutMs;
    this.#own = clientOf(source, { enableStreaming: true, typedFlags: true });
    this.#watch = new Watch({
      client: this.client,
      changes: ["flag_changed", "rule_changed"],
      standingOf: (state) => standingOf(state, this.#ageOf(state)),
      emit: ({ event, details }) => this.events.emit(EVENTS[event], details),
    });
  }

  /** The client behind the provider: for overrides, diagnostics, and events of its own. */
  get client(): RollgateClient {
    return this.#own.client;
  }

  /** Waits for flags, and for rules. */
  initialize(): Promise<void> {
    this.#watch.start();
    return this.#watch.attend(this.#start(), "refusedEmpty");
  }

  /** Closes the client if the provider made it. */
  onClose(): Promise<void> {
    this.#watch.stop();
    return this.#own.release();
  }

  async resolveBooleanEvaluation(
    flagKey: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(defaultValue, context, (user) =>
      booleanResolution(this.client.getValueDetail(flagKey, defaultValue, user), defaultValue),
    );
  }

  async resolveStringEvaluation(
    flagKey: string,
    defaultValue: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#resolve(defaultValue, context, (user) =>
      resolutionOf(this.client.getStringDetail(flagKey, defaultValue, user)),
    );
  }

  async resolveNumberEvaluation(
    flagKey: string,
    defaultValue: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.#resolve(defaultValue, context, (user) =>
      resolutionOf(this.client.getNumberDetail(flagKey, defaultValue, user)),
    );
  }

  async resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    return this.#resolve(defaultValue, context, (user) =>
      resolutionOf(this.client.getJsonDetail(flagKey, defaultValue, user) as EvaluationDetail<T>),
    );
  }

  /** Queues a conversion event; `details.flagKey` names the flag that it belongs to. */
  track(eventName: string, context: EvaluationContext, details: TrackingEventDetails): void {
    trackBy(this.client, eventName, context, details);
  }

  async #start(): Promise<void> {
    await this.client.init();
    if (this.#rulesTimeoutMs > 0) await rulesArrived(this.client, this.#rulesTimeoutMs);
  }

  /** Evaluates for the user of a context; for nobody, and for the client's own user, by the client's own flags. */
  #resolve<T>(
    defaultValue: T,
    context: EvaluationContext,
    evaluate: (user: UserContext | undefined) => ResolutionDetails<T>,
  ): ResolutionDetails<T> {
    const { user, isNobody } = subjectOf(context);
    const own = this.client.user;
    if (user !== undefined) return evaluate(isSameUser(user, own) ? undefined : user);
    return isNobody && own === undefined ? evaluate(undefined) : targetingKeyMissing(defaultValue);
  }

  /** The age of what calls are answered from. */
  #ageOf({ rules, freshness }: ClientState): string {
    return rules === "empty" && this.#rulesTimeoutMs === 0 ? freshness : rules;
  }
}
