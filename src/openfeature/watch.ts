import { ErrorCode } from "@openfeature/core";
import type { ClientState, RollgateClient } from "rollgate";
import { providerError } from "./failures";
import { NOTICES, type Notice, type Standing } from "./standing";

export interface WatchOptions {
  readonly client: RollgateClient;
  /** Which events name a flag that answers differently. */
  readonly changes: readonly ("flag_changed" | "rule_changed")[];
  /** How a provider stands whose client is in that state. */
  readonly standingOf: (state: ClientState) => Standing;
  readonly emit: (notice: Notice) => void;
}

/**
 * Tells the SDK what becomes of a client: once per change of how it stands, and once per
 * update of its flags. While the SDK waits for a promise of the provider it says by
 * itself how that ended, and hears nothing from here.
 */
export class Watch {
  readonly #options: WatchOptions;
  #subscriptions: readonly (() => void)[] = [];
  /** Flags that changed since the last look. */
  readonly #changed = new Set<string>();
  /** Of the flags, at the last look. */
  #version = 0;
  /** What the SDK believes. */
  #told: Standing = "empty";
  /** Promises that the SDK waits for. */
  #awaited = 0;
  #look: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    const { client, changes } = this.#options;
    const changed = ({ key }: { readonly key: string }) => {
      this.#changed.add(key);
      this.#lookSoon();
    };
    this.#subscriptions = [
      ...changes.map((name) => client.on(name, changed)),
      client.onTransition(() => this.#lookSoon()),
    ];
  }

  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#subscriptions = [];
  }

  /**
   * @param whenRefused what the SDK makes of a key that is refused
   * @returns a promise to give to the SDK
   */
  attend(work: Promise<void>, whenRefused: Standing): Promise<void> {
    this.#awaited++;
    const attended = work.catch((error: unknown) => {
      throw providerError(error);
    });
    // The SDK, which gets the promise later, hears of it before the look that follows.
    attended.then(
      () => this.#settled("ready"),
      ({ code }) => this.#settled(code === ErrorCode.PROVIDER_FATAL ? whenRefused : "empty"),
    );
    return attended;
  }

  /** The SDK takes the provider for ready, whatever it was told before. */
  believedReady(): void {
    this.#told = "ready";
    this.#lookSoon();
  }

  #settled(told: Standing): void {
    this.#awaited--;
    this.#told = told;
    // The SDK tells of new flags by itself.
    this.#takeChanges();
    this.#lookSoon();
  }

  /** When all that belongs together has happened. */
  #lookSoon(): void {
    this.#look ??= Promise.resolve().then(() => {
      this.#look = undefined;
      this.#tell();
    });
  }

  #tell(): void {
    const { client, standingOf, emit } = this.#options;
    const changes = this.#takeChanges();
    if (this.#awaited > 0 || this.#subscriptions.length === 0) return;
    if (changes !== undefined) emit({ event: "CONFIGURATION_CHANGED", details: changes });
    const standing = standingOf(client.getState());
    if (standing === this.#told) return;
    this.#told = standing;
    emit(NOTICES[standing]);
  }

  /** What changed since the last look: without a list, whatever was served is withheld, or served again. */
  #takeChanges(): Notice["details"] | undefined {
    const flagsChanged = [...this.#changed];
    const version = this.#options.client.getVersion();
    const differs = version !== this.#version;
    this.#changed.clear();
    this.#version = version;
    if (flagsChanged.length > 0) return { flagsChanged };
    return differs ? {} : undefined;
  }
}
