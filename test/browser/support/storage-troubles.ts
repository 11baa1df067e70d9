/** Ways in which IndexedDB lets a page down: real ones where a browser can be brought to it. */
import type { BrowserContext, Page } from "playwright-core";
import { site } from "./browser";

export interface Trouble {
  /** Runs on every page before anything else. */
  readonly script?: string;
  /** Done before the client's page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
  /** It never answers: time has to pass until it is given up. Else none may, for a busy machine is slow. */
  readonly hangs?: boolean;
  /** The errors that the app is told, each once. */
  readonly says: readonly RegExp[];
}

/** Another tab, which does something to our database; `opened`, `open` and `done` are there for its code. */
export async function inAnotherTab(context: BrowserContext, code: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.blankUrl);
  await page.evaluate(`(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const open = (version, store = "entries") => {
      const request = indexedDB.open("rollgate", version);
      request.onupgradeneeded = () => request.result.createObjectStore(store);
      return done(request);
    };
    ${code}
  })()`);
  return page;
}

/** How much the site may store from now on. */
export async function limitQuota(context: BrowserContext, quotaSize: number): Promise<void> {
  const session = await context.newCDPSession(await context.newPage());
  const origin = site.url.slice(0, -1);
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
}

export const TROUBLES: Readonly<Record<string, Trouble>> = {
  "is missing": { script: `delete window.indexedDB; delete Window.prototype.indexedDB;`, says: [] },
  "may not be touched": {
    script: `Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("denied", "SecurityError"); } });`,
    says: [],
  },
  "refuses to open": {
    script: `IDBFactory.prototype.open = () => { throw new DOMException("denied", "SecurityError"); };`,
    says: [/failed: denied \(get\)/],
  },
  "fails to open": {
    script: `IDBFactory.prototype.open = () => {
      const request = new EventTarget();
      request.error = new DOMException("", "UnknownError");
      setTimeout(() => request.onerror?.(new Event("error")));
      return request;
    };`,
    says: [/failed: UnknownError \(get\)/],
  },
  "never opens": {
    script: `IDBFactory.prototype.open = () => new EventTarget();`,
    hangs: true,
    says: [/did not answer within 100 ms \(get\)/],
  },
  "another tab is about to delete": {
    prepare: (context) =>
      inAnotherTab(context, `window.kept = await open(); indexedDB.deleteDatabase("rollgate");`),
    hangs: true,
    says: [/did not answer within 100 ms \(get\)/],
  },
  "throws in every transaction": {
    script: `IDBDatabase.prototype.transaction = () => { throw new DOMException("", "InvalidStateError"); };`,
    says: [/failed: InvalidStateError \(get\)/],
  },
  "aborts every transaction": {
    script: `for (const name of ["get", "put", "getAllKeys"]) {
      const call = IDBObjectStore.prototype[name];
      IDBObjectStore.prototype[name] = function (...given) {
        const request = call.apply(this, given);
        this.transaction.abort();
        return request;
      };
    }`,
    says: [/failed: .*aborted.* \(get\)/, /failed: something without a message \(set\)/],
  },
  "another tab never lets go of": {
    prepare: (context) =>
      inAnotherTab(
        context,
        `const store = (await open()).transaction("entries", "readwrite").objectStore("entries");
         const again = () => { store.get("x").onsuccess = again; };
         again();`,
      ),
    hangs: true,
    says: [/did not answer within 100 ms \(get\)/],
  },
  "is full": {
    async prepare(context) {
      await inAnotherTab(context, `(await open()).close();`);
      await limitQuota(context, 1);
    },
    says: [/failed: QuotaExceededError \(set\)/],
  },
  "has another layout, of a later version": {
    prepare: (context) => inAnotherTab(context, `(await open(7, "elsewhere")).close();`),
    says: [/failed: .*object store.* \(get\)/],
  },
  "has a higher version, but the same layout": {
    prepare: (context) => inAnotherTab(context, `(await open(7)).close();`),
    says: [],
  },
};
