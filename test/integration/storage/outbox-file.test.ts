import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { AdoptedText } from "../../../src/storage/outbox";
import { createFileOutbox } from "../../../src/storage/outbox-file";
import { namesIn, startChild, temporaryDirectory } from "./support";

let directory: string;
let persistPath: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  persistPath = join(directory, "flags.json");
});

const textsOf = (adopted: readonly AdoptedText[]) => adopted.map(({ text }) => text);

const open = (namespace = "ns") => createFileOutbox({ persistPath, namespace });

/** Puts an outbox there as process `pid` would have. */
async function leave(pid: number, text: string, thread = 0, random = "abc"): Promise<string> {
  const path = `${persistPath}.outbox-${pid}-ns-${thread}-${random}`;
  await writeFile(path, text);
  return path;
}

async function deadPid(): Promise<number> {
  const child = await startChild();
  await child.kill();
  return child.pid;
}

describe("an outbox file", () => {
  it("holds what was saved last, for its owner only", async () => {
    const outbox = open();
    await outbox.save("first");
    await outbox.save("é second");
    const [name] = await namesIn(directory);
    const path = join(directory, name as string);

    expect(await namesIn(directory)).toHaveLength(1);
    expect(name).toMatch(new RegExp(`^flags\\.json\\.outbox-${process.pid}-ns-\\d+-[0-9a-f]{16}$`));
    expect(await readFile(path, "utf8")).toBe("é second");
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe("600");
  });

  it("is there only while there is something in it", async () => {
    const outbox = open();
    await outbox.save("");
    await outbox.save("x");
    await outbox.save("");
    await outbox.release();

    expect(await namesIn(directory)).toEqual([]);
  });

  it("makes its directory", async () => {
    persistPath = join(directory, "deep", "flags.json");
    expect(await open().adopt()).toEqual([]);
    await open().save("x");

    expect(await namesIn(join(directory, "deep"))).toHaveLength(1);
  });
});

describe("adopting", () => {
  it("takes what dead processes left, and each only once", async () => {
    await leave(await deadPid(), "a");
    await leave(await deadPid(), "b");
    const outbox = open();

    expect(textsOf(await outbox.adopt()).sort()).toEqual(["a", "b"]);
    expect(await outbox.adopt()).toEqual([]);
    expect(await open().adopt()).toEqual([]);
  });

  it("takes what an earlier run of the same process id left, as in a container", async () => {
    await leave(process.pid, "a");

    expect(textsOf(await open().adopt())).toEqual(["a"]);
  });

  it("leaves what other clients of this process have", async () => {
    const other = open();
    await other.save("theirs");

    expect(await open().adopt()).toEqual([]);
  });

  it("leaves what a thread of this process may have, but not what is older than the process", async () => {
    const path = await leave(process.pid, "a", 99);
    expect(await open().adopt()).toEqual([]);
    const before = new Date(performance.timeOrigin - 1_000);
    await utimes(path, before, before);

    expect(textsOf(await open().adopt())).toEqual(["a"]);
  });

  it("leaves what living processes have", async () => {
    const child = await startChild();
    await child.call(persistPath, "save", 0, "theirs");

    expect(await open().adopt()).toEqual([]);
    await child.kill();
    expect(textsOf(await open().adopt())).toEqual(["theirs"]);
  });

  it("leaves events of another namespace, whose API key is another", async () => {
    await leave(await deadPid(), "a");

    expect(await open("other").adopt()).toEqual([]);
    expect(textsOf(await open().adopt())).toEqual(["a"]);
  });

  it("ignores other files, and removes empty outboxes", async () => {
    const pid = await deadPid();
    const others = ["flags.json", `flags.json.outbox-${pid}`, `x.outbox-${pid}-ns-0-abc`];
    others.push(`flags.json.outbox-${pid}-ns-0-abc.tmp-0123456789ab`);
    for (const name of others) await writeFile(join(directory, name), "x");
    await leave(pid, "");

    expect(await open().adopt()).toEqual([]);
    expect(await namesIn(directory)).toEqual([...others].sort());
  });

  it("keeps each text where it lies until it is replaced there, or done with", async () => {
    await leave(await deadPid(), "a");
    const outbox = open();
    const [{ text, box = "" } = { text: "" }] = await outbox.adopt();
    expect([text, await readFile(box, "utf8")]).toEqual(["a", "a"]);
    expect(box).toContain(`.outbox-${process.pid}-`);
    await outbox.save("own");
    expect(await readFile(box, "utf8")).toBe("a");
    await outbox.save("own", new Map([[box, "rest of a"]]));
    expect(await readFile(box, "utf8")).toBe("rest of a");
    expect(((await stat(box)).mode & 0o777).toString(8)).toBe("600");
    await outbox.save("own", new Map([[box, ""]]));
    const names = await namesIn(directory);

    expect(names).toHaveLength(1);
    expect(await readFile(join(directory, names[0] as string), "utf8")).toBe("own");
  });

  it("loses nothing when the adopter dies before it saved", async () => {
    await leave(await deadPid(), "a");
    const child = await startChild();
    expect(await child.call(persistPath, "adopt")).toEqual(["a"]);
    expect(await open().adopt()).toEqual([]);
    await child.kill();

    expect(textsOf(await open().adopt())).toEqual(["a"]);
  });
});

describe("releasing", () => {
  it("leaves what is unsent to whoever starts next, even while this process lives", async () => {
    const outbox = open();
    await outbox.save("unsent");
    await outbox.release();

    expect(textsOf(await open().adopt())).toEqual(["unsent"]);
    const child = await startChild();
    expect(await child.call(persistPath, "adopt")).toEqual([]);
  });

  it("leaves it to other processes, too", async () => {
    const outbox = open();
    await outbox.save("unsent");
    await outbox.release();
    const child = await startChild();

    expect(await child.call(persistPath, "adopt")).toEqual(["unsent"]);
  });

  it("leaves what was adopted and is not done with", async () => {
    await leave(await deadPid(), "a");
    const outbox = open();
    await outbox.adopt();
    await outbox.release();
    const child = await startChild();

    expect(await child.call(persistPath, "adopt")).toEqual(["a"]);
  });
});

describe("two processes that start at once", () => {
  it("share the orphans out: each goes to exactly one", async () => {
    const dead = await startChild();
    const texts = Array.from({ length: 60 }, (_, i) => `events ${i}`);
    await Promise.all(texts.map((text, i) => dead.call(persistPath, "save", i, text)));
    await dead.kill();
    const [one, two] = await Promise.all([startChild(), startChild()]);
    const adopted = (await Promise.all([
      one.call(persistPath, "adopt"),
      two.call(persistPath, "adopt"),
    ])) as [string[], string[]];

    expect(adopted.flat().sort()).toEqual([...texts].sort());
    expect(await open().adopt()).toEqual([]);
  });
});
