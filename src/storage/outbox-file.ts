import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  makeParent,
  namesBeside,
  readIfPresent,
  sweepTemporaries,
  writeAtomically,
} from "./atomic-file";
import type { OutboxStore } from "./outbox";
import { NOBODY, outboxName, ownerOf } from "./outbox-names";
import { isOrphan, liveOutboxes } from "./outbox-orphans";
import { createSerial } from "./serial";

/** What {@link createFileOutbox} needs. */
export interface FileOutboxOptions {
  /** The storage file; outboxes lie beside it, as `<persistPath>.outbox-<pid>-…` (mode 0600). */
  readonly persistPath: string;
  /** Only outboxes of the same namespace are adopted; hexadecimal, as `Names.namespace`. */
  readonly namespace: string;
}

/**
 * Makes an outbox in a file of its own. An orphan is one whose process is dead,
 * or is this one in an earlier run; renaming is how it is adopted, which only one
 * process can succeed in. All processes must run on one machine (or in one
 * container), where process ids mean the same to each.
 */
export function createFileOutbox({ persistPath, namespace }: FileOutboxOptions): OutboxStore {
  const serial = createSerial();
  const base = basename(persistPath);
  const live = liveOutboxes();
  const adopted = new Set<string>();
  const beside = (name: string) => join(dirname(persistPath), name);
  let own = claim();
  let filled = false;

  function claim(): string {
    const name = outboxName(base, namespace);
    live.add(name);
    return beside(name);
  }

  function disown(path: string): void {
    adopted.delete(path);
    live.delete(basename(path));
  }

  async function discard(path: string): Promise<void> {
    await rm(path, { force: true });
    disown(path);
  }

  async function adoptOne(orphan: string): Promise<string | undefined> {
    const path = claim();
    try {
      await rename(orphan, path);
      const text = await readIfPresent(path);
      if (text) adopted.add(path);
      else await discard(path);
      return text;
    } catch {
      // Another process was faster, or the file belongs to another user.
      disown(path);
      return undefined;
    }
  }

  /** Makes an adopted file ours: replacing it is one step, where writing ours and deleting it are two. */
  function succeed(path: string): void {
    live.delete(basename(own));
    adopted.delete(path);
    own = path;
    filled = true;
  }

  async function giveUp(path: string): Promise<void> {
    await rename(path, beside(outboxName(base, namespace, NOBODY)));
    disown(path);
  }

  return {
    adopt: () =>
      serial(async () => {
        await sweepTemporaries(persistPath);
        const texts: string[] = [];
        for (const name of await namesBeside(persistPath)) {
          const owner = ownerOf(name, base, namespace);
          if (owner === undefined || !(await isOrphan(beside(name), owner))) continue;
          const text = await adoptOne(beside(name));
          if (text) texts.push(text);
        }
        return texts;
      }),
    save(text) {
      const covered = [...adopted];
      return serial(async () => {
        if (text !== "") {
          const [first] = covered;
          if (!filled && first !== undefined) {
            covered.shift();
            succeed(first);
          }
          await makeParent(own);
          await writeAtomically(own, text);
        } else if (filled) await rm(own, { force: true });
        filled = text !== "";
        for (const path of covered) await discard(path);
      });
    },
    release: () =>
      serial(async () => {
        for (const path of adopted) await giveUp(path);
        if (filled) await giveUp(own);
        filled = false;
        disown(own);
      }),
  };
}
