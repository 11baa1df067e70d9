/** What stands on a page with every framework; the recipes are the documentation's own text. */

import SvelteRunes from "component:svelte-runes";
import SvelteStore from "component:svelte-store";
import { injectFlag } from "recipe:angular";
import { createFlag } from "recipe:solid";
import { useFlag } from "recipe:vue";
import { Injector, runInInjectionContext } from "@angular/core";
import { createWatch } from "@angular/core/primitives/signals";
import * as sdk from "rollgate";
import { createRenderEffect, createRoot } from "solid-js";
import { mount, unmount } from "svelte";
import { createApp, h } from "vue";

declare global {
  interface Window {
    readonly page: typeof page;
  }
}

/** Shows the flag `banner` in a place. @returns how to take it away */
type Show = (client: sdk.RollgateClient, place: HTMLElement) => () => void;

const svelte =
  (component: unknown): Show =>
  (client, target) => {
    const mounted = mount(component as never, { target, props: { client } as never });
    return () => void unmount(mounted);
  };

const shows: Record<string, Show> = {
  vue(client, place) {
    const app = createApp({
      setup() {
        const banner = useFlag(client, "banner", () => client.getString("banner", "Hello"));
        return () => h("p", banner.value);
      },
    });
    app.mount(place);
    return () => app.unmount();
  },
  "svelte-store": svelte(SvelteStore),
  "svelte-runes": svelte(SvelteRunes),
  solid: (client, place) =>
    createRoot((dispose) => {
      const banner = createFlag(client, "banner", () => client.getString("banner", "Hello"));
      createRenderEffect(() => {
        place.textContent = banner();
      });
      return dispose;
    }),
  angular(client, place) {
    // What components, change detection and effects are made of.
    const injector = Injector.create({ providers: [] });
    const banner = runInInjectionContext(injector, () =>
      injectFlag(client, "banner", () => client.getString("banner", "Hello")),
    );
    const watch = createWatch(
      () => {
        place.textContent = banner();
      },
      (due) => queueMicrotask(() => due.run()),
      false,
    );
    watch.notify();
    return () => {
      watch.destroy();
      injector.destroy();
    };
  },
};

const page = {
  client: undefined as unknown as sdk.RollgateClient,
  /** How often the flag was read, and how often what is shown was changed. */
  reads: 0,
  changes: 0,
  /** How many listeners the client has of these components. */
  listeners: 0,
  hide: () => {},

  async start(config: sdk.RollgateConfig): Promise<void> {
    const client = new sdk.RollgateClient(config);
    page.client = client;
    await client.init();
    const { subscribe, getString } = client;
    client.getString = (...args) => {
      page.reads++;
      return getString.apply(client, args);
    };
    client.subscribe = (...args: unknown[]) => {
      page.listeners++;
      const stop = subscribe.apply(client, args as never);
      let end = () => {
        page.listeners--;
        end = () => {};
        stop();
      };
      return () => end();
    };
  },

  /** Lets a framework show the flag. */
  show(name: string): void {
    const place = document.createElement("div");
    place.id = name;
    document.body.append(place);
    page.hide = shows[name]?.(page.client, place) ?? page.hide;
  },

  /** Counts changes of what is shown from here on. */
  observe(name: string): void {
    const observer = new MutationObserver(() => page.changes++);
    const place = document.getElementById(name);
    if (place !== null)
      observer.observe(place, { subtree: true, childList: true, characterData: true });
  },

  textOf(name: string): string | undefined {
    return document.getElementById(name)?.textContent?.trim();
  },
};

Object.assign(window, { page });
