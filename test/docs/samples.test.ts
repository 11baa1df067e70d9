import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describedMachines } from "../../docs/generator/config";
import { DEFAULTS } from "../../src/config/defaults";
import { Api, type Compiled, compile } from "./compiler";
import { anchorsOf, blocksOf, linksOf, ROOT, readPages, rowsOf, sectionOf } from "./markdown";
import { bundle, promised, type Samples } from "./run-sample";

const pages = readPages();
const page = (path: string) => {
  const found = pages.find((one) => one.path === path);
  if (found === undefined) throw new Error(`There is no ${path}.`);
  return found;
};
const readme = page("README.md");
const reference = page("docs/events-and-errors.md");
const blocks = pages.flatMap(blocksOf);
const samples = blocks.filter(({ language }) => language === "ts" || language === "tsx");
// Those of React run in a browser, where they do not say `run node`; recipes, in test/browser.
const runnable = samples.filter(
  ({ language, info }) => info === (language === "tsx" ? "run node" : "run"),
);

let compiled: Compiled;
let api: Api;

beforeAll(() => {
  compiled = compile(samples);
  api = new Api(compiled.program);
}, 120_000);

/** Code in a text, between backquotes. */
function codeIn(text: string): Set<string> {
  return new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code));
}

describe("samples", () => {
  it("type-check strictly against the sources", () => {
    expect(compiled.problems).toEqual([]);
  });

  it("are marked as code that is known here", () => {
    const known = ["ts", "ts run", "sh", "json", "jsonc", "text", "mermaid", "tsx"];
    known.push("tsx run", "tsx run node", "ts recipe", "svelte recipe");
    const marks = blocks.map(({ language, info, at }) => ({
      at,
      // The name of a recipe's framework may be any.
      mark: `${language} ${info}`.trim().replace(/ recipe .+/, " recipe"),
    }));
    expect(marks.filter(({ mark }) => !known.includes(mark))).toEqual([]);
  });

  describe("run", () => {
    let bundled: Samples;
    beforeAll(async () => {
      bundled = await bundle(runnable);
    });
    afterAll(() => bundled.dispose());

    it.each(runnable.map((block) => [block.at, block] as const))("%s", async (_, block) => {
      const { code, stdout, stderr } = await bundled.run(block);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toEqual(promised(block));
    });
  });
});

describe("commands", () => {
  const lines = blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ at, code }) => code.split("\n").map((line) => ({ at, line })));

  it("name scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const missing = lines.flatMap(({ at, line }) =>
      [...line.matchAll(/npm (?:run ([\w:-]+)|(test)\b)/g)]
        .map(([, named, test]) => named ?? test ?? "")
        .filter((name) => !Object.hasOwn(scripts, name))
        .map((name) => `${at}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("name commands of the package that exist", () => {
    const missing = lines.filter(({ line }) => {
      const name = /npx rollgate (\w+)/.exec(line)?.[1];
      return name !== undefined && !existsSync(join(ROOT, `src/cli/commands/${name}.ts`));
    });
    expect(missing).toEqual([]);
  });
});

describe("links", () => {
  it("lead somewhere", () => {
    const broken = pages.flatMap(linksOf).filter(({ page: from, target }) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path = "", anchor] = target.split("#");
      const to = path === "" ? from : normalize(join(dirname(from), path));
      if (!existsSync(join(ROOT, to))) return true;
      return anchor !== undefined && !anchorsOf(page(to)).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe("configuration", () => {
  /** The README's table of options: path → default, as it is written. */
  const table = new Map(
    rowsOf({ path: "", text: sectionOf(readme, "## Configuration") })
      .map(([option = "", value = ""]) => [option.replaceAll("`", ""), value] as const)
      .slice(1),
  );

  it("lists every option, and nothing else", () => {
    expect([...table.keys()].sort()).toEqual(api.paths("RollgateConfig").sort());
  });

  it("states the defaults that hold", () => {
    const stated = leaves(DEFAULTS).map(([path]) => [path, table.get(path)]);
    expect(stated).toEqual(leaves(DEFAULTS).map(([path, value]) => [path, inCode(value)]));
  });
});

describe("options of the inspector", () => {
  it("are listed, and nothing else", () => {
    const inspect = new Api(compiled.program, "rollgate/inspect");
    const table = sectionOf(page("docs/inspector.md"), "## Options");
    const rows = rowsOf({ path: "", text: table }).map(([option = ""]) => option);
    expect(rows.slice(1).map((option) => option.replaceAll("`", ""))).toEqual(
      inspect.members("InspectorOptions"),
    );
  });
});

describe("options of a shared storage", () => {
  it("are listed, and nothing else", () => {
    const shared = new Api(compiled.program, "rollgate/storage");
    const table = sectionOf(page("docs/shared-storage.md"), "## Options");
    const rows = rowsOf({ path: "", text: table }).map(([option = ""]) => option);
    expect(rows.slice(1).map((option) => option.replaceAll("`", ""))).toEqual(
      shared.members("SharedStorageOptions"),
    );
  });
});

describe("rollgate/react", () => {
  const react = page("docs/react.md");
  const names = (heading: string) =>
    rowsOf({ path: "", text: sectionOf(react, heading) })
      .slice(1)
      .map(([cell = ""]) => cell.replaceAll("`", "").replace(/\(.*\)/, ""));

  it("has every prop of the provider in its page, and no other", () => {
    const { program } = compiled;
    const props = new Api(program, "rollgate/react").members("RollgateProviderProps");
    expect(names("## The provider").sort()).toEqual(props.sort());
  });

  it("has every hook in its page, and no other", async () => {
    const exported = Object.keys(await import("../../src/react"));
    const hooks = exported.filter((name) => name.startsWith("use"));
    expect(names("## The hooks").sort()).toEqual(hooks.sort());
  });
});

describe("rollgate/testing", () => {
  const names = (heading: string) =>
    rowsOf({ path: "", text: sectionOf(page("docs/testing.md"), heading) })
      .slice(1)
      .map(([cell = ""]) => cell.replaceAll("`", "").replace(/\(.*\)/, ""));
  const members = (type: string) => new Api(compiled.program, "rollgate/testing").members(type);

  it("has every option of a test client in its page, and no other", () => {
    expect(names("## A client for a test")).toEqual(members("TestClientOptions"));
  });

  it("has every member that a test client adds, and no other", () => {
    const known = new Set(api.members("RollgateClient"));
    const added = members("TestClient").filter((name) => !known.has(name) && !name.startsWith("#"));
    expect(names("## Changing flags and users").sort()).toEqual(added.sort());
  });

  it("has every member that a virtual clock adds, and no other", () => {
    const known = new Set(api.members("Clock"));
    const added = members("VirtualClock").filter((name) => !known.has(name));
    expect(names("## Time").sort()).toEqual(added.sort());
  });
});

describe("the migration page", () => {
  it("leads to names that exist", () => {
    const known = new Set([
      ...api.members("RollgateClient"),
      ...api.members("ClientEvents"),
      ...api.paths("RollgateConfig"),
      "UserContext",
    ]);
    const tables = ["## From the Python SDK", "## From `@rollgate/sdk-node`"];
    const cells = tables
      .flatMap((heading) =>
        rowsOf({ path: "", text: sectionOf(page("docs/migration.md"), heading) }),
      )
      .map(([, here = ""]) => here);
    const names = cells.flatMap((cell) => [...codeIn(cell)]);
    expect(names.length).toBeGreaterThan(50);
    // How a client is made is code, not a name.
    expect(names.filter((name) => !known.has(name) && !name.includes("RollgateClient"))).toEqual(
      [],
    );
  });
});

/** Leaves of an object, by dotted path. */
function leaves(object: object, prefix = ""): [string, unknown][] {
  return Object.entries(object).flatMap(([name, value]) =>
    typeof value === "object" ? leaves(value, `${prefix}${name}.`) : [[prefix + name, value]],
  );
}

/** A value as the table writes it. */
function inCode(value: unknown): string {
  if (typeof value !== "number") return `\`${JSON.stringify(value)}\``;
  return `\`${String(value).replace(/(?<!\.\d*)\B(?=(\d{3})+$)/g, "_")}\``;
}

describe("the public interface", () => {
  const firstCells = (heading: string) =>
    rowsOf({ path: "", text: sectionOf(reference, heading) }).map(([cell = ""]) => cell);

  it("has every event in the reference, and no other", () => {
    const rows = firstCells("## Events").slice(1);
    expect(rows.sort()).toEqual(
      api
        .members("ClientEvents")
        .map((name) => `\`${name}\``)
        .sort(),
    );
  });

  it("has every error class in the reference, and no other", () => {
    const headings = [...sectionOf(reference, "## Errors").matchAll(/^### `(\w+)`$/gm)];
    expect(headings.map(([, name]) => name).sort()).toEqual(api.errorClasses().sort());
  });

  it("has every member of the client in the README", () => {
    const missing = api
      .members("RollgateClient")
      .filter((name) => !name.startsWith("#"))
      .filter((name) => !new RegExp(`[.\`]${name}\\b`).test(readme.text));
    expect(missing).toEqual([]);
  });

  it("has the actors of each machine in the client's state that are said to be", () => {
    const members = api.members("ClientState");
    for (const { text } of describedMachines()) {
      expect(text.actors.map((actor) => members.includes(actor))).toEqual(
        text.actors.map(() => text.inState),
      );
    }
  });

  it("has every field of the client's state in the operations guide", () => {
    const codes = codeIn(page("docs/operations.md").text);
    const missing = api.members("ClientState").filter((name) => !codes.has(name));
    expect(missing).toEqual([]);
  });
});
