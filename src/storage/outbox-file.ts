import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  makeParent,
  namesBeside,
  readIfPresent,
  sweepTemporaries,
  writeAtomically,
} from "./atomic-file";
import type { AdoptedText, OutboxStore } from "./outbox";
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
  const own = claim();
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

  async function adoptOne(orphan: string): Promise<AdoptedText | undefined> {
    const path = claim();
    try {
      await rename(orphan, path);
      const text = await readIfPresent(path);
      if (text) {
        adopted.add(path);
        return { text, box: path };
      }
      await discard(path);
      return undefined;
    } catch {
      // Another process was faster, or the file belongs to another user.
      disown(path);
      return undefined;
    }
  }

  async function giveUp(path: string): Promise<void> {
    await rename(path, beside(outboxName(base, namespace, NOBODY)));
    disown(path);
  }

  return {
    adopt: () =>
      serial(async () => {
        await sweepTemporaries(persistPath);
        const texts: AdoptedText[] = [];
        for (const name of await namesBeside(persistPath)) {
          const owner = ownerOf(name, base, namespace);
          if (owner === undefined || !(await isOrphan(beside(name), owner))) continue;
          const one = await adoptOne(beside(name));
          if (one !== undefined) texts.push(one);
        }
        return texts;
      }),
    save: (text, boxes = new Map()) =>
      serial(async () => {
        if (text !== "") {
          await makeParent(own);
          await writeAtomically(own, text);
        } else if (filled) await rm(own, { force: true });
        filled = text !== "";
        for (const [path, rest] of boxes)
          await (rest === "" ? discard(path) : writeAtomically(path, rest));
      }),
    release: () =>
      serial(async () => {
        for (const path of adopted) await giveUp(path);
        if (filled) await giveUp(own);
        filled = false;
        disown(own);
      }),
  };
}
