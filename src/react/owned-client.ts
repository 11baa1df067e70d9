import { useState } from "react";
import { RollgateClient, type RollgateConfig } from "rollgate";
import { useBeforePaint } from "./use-before-paint";

/** A client of a provider's own: made in its first render, closed when nobody holds it. */
class OwnedClient {
  readonly client: RollgateClient;
  #holders = 0;

  constructor(config: RollgateConfig) {
    this.client = new RollgateClient(config);
  }

  get isClosed(): boolean {
    return this.client.getState().client.startsWith("clos");
  }

  /** @returns how to let go. */
  hold(): () => void {
    this.#holders++;
    return () => {
      this.#holders--;
      // Strict Mode takes a component's effects down and puts them up again at once.
      queueMicrotask(() => {
        if (this.#holders === 0) void this.client.close();
      });
    };
  }
}

/** Another `config` changes nothing: an app's usually is a new object in each render. */
export function useOwnedClient(config: RollgateConfig): RollgateClient {
  const [owned, replace] = useState(() => new OwnedClient(config));
  useBeforePaint(() => {
    // Hidden by an <Activity>, the tree lost its effects; shown again, it needs a new client.
    if (!owned.isClosed) return owned.hold();
    replace(new OwnedClient(config));
    return undefined;
  }, [owned]);
  return owned.client;
}
