import {
  type BootstrapRules,
  type Clock,
  ConfigurationError,
  type EvaluationReason,
  type JsonValue,
  type UserContext,
} from "rollgate";

/** Flags for a test: the value of each, by key. */
export type TestFlags = Readonly<Record<string, JsonValue>>;

/** What {@link createTestClient} takes; everything may be left out. */
export interface TestClientOptions {
  /** What the current user gets, whoever that is. @default none */
  readonly flags?: TestFlags;
  /** Why, by key. @default `FALLTHROUGH` */
  readonly reasons?: Readonly<Record<string, EvaluationReason>>;
  /** @default nobody */
  readonly user?: UserContext;
  /**
   * Rules, as a server streams them: what users get that are given to a single call or
   * to `forUser()`. In force once `init()` has resolved. @default none
   */
  readonly rules?: BootstrapRules;
  /** `false`: there are no flags before `init()`, as in an app that just started. @default true */
  readonly ready?: boolean;
  /** Flags older than this are withheld, as by the client's own option. @default never */
  readonly maxStalenessMs?: number;
  /** The client's time, such as {@link createVirtualClock} makes. @default one that stands still */
  readonly clock?: Clock;
}

const NAMES: Readonly<Record<keyof TestClientOptions, true>> = {
  flags: true,
  reasons: true,
  user: true,
  rules: true,
  ready: true,
  maxStalenessMs: true,
  clock: true,
};

/** What the client itself does not check. */
export function checkOptions(options: TestClientOptions): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(NAMES, name)) continue;
    const known = Object.keys(NAMES).join(", ");
    throw new ConfigurationError(`createTestClient takes no ${name}; it takes ${known}.`, name);
  }
  if (options.ready !== undefined && typeof options.ready !== "boolean") {
    throw new ConfigurationError("createTestClient: ready is true or false.", "ready");
  }
}
