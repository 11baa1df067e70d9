import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/** What one file takes from another. */
interface Import {
  readonly from: string;
  /** A file of ours, or the name of a package. */
  readonly to: string;
  /** Erased by the compiler: it lets code know of a shape, not reach a value. */
  readonly typeOnly: boolean;
  /** Loaded when it is needed only. */
  readonly lazy: boolean;
}

const root = fileURLToPath(new URL("../", import.meta.url));
const files = ["src", "machines"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
  .sort();
const known = new Set(files);
const sources = new Map(files.map((file) => [file, parse(file)]));
const imports = files.flatMap((file) => importsOf(file));

const PURE = ["flags", "protocol", "tracking", "time", "errors"];
const PORTS = /^src\/(platform\/platform|storage\/(storage|outbox|names|locks)|time\/clock)\.ts$/;
const OPTIONAL_ENTRIES = ["react", "openfeature", "storage-adapters", "inspect", "testing"];

/**
 * Where the code breaks a rule today. The list is exact: a new breach fails, and
 * so does a line that is no longer true.
 */
const KNOWN = {
  // The room's other files for Node, which file.ts and outbox-file.ts are made of.
  nodeUsers: [
    "src/storage/atomic-file.ts",
    "src/storage/file-lock.ts",
    "src/storage/outbox-names.ts",
    "src/storage/outbox-orphans.ts",
  ],
};

test("there are files, and imports of each kind", () => {
  expect(files.length).toBeGreaterThan(100);
  expect(imports.some(({ typeOnly }) => typeOnly)).toBe(true);
  expect(imports.some(({ lazy }) => lazy)).toBe(true);
  expect(imports.filter(({ to }) => to.startsWith("unresolved"))).toEqual([]);
});

test("no files know each other in a circle, not even of each other's types", () => {
  expect(
    cycles(
      (file) => file,
      imports.filter(({ to }) => known.has(to)),
    ),
  ).toEqual([]);
});

describe("1: machines", () => {
  test("reach xstate, each other and the pure rooms flags, tracking, time, errors; of all else, types", () => {
    const allowed = (to: string) =>
      to === "xstate" ||
      roomOf(to) === "machines" ||
      ["flags", "tracking", "time", "errors"].includes(roomOf(to));
    expect(
      breaches(
        ({ from, to, typeOnly }) => roomOf(from) === "machines" && !typeOnly && !allowed(to),
      ),
    ).toEqual([]);
  });

  test("touch nothing of the world", () => {
    const world = new Set([
      "fetch",
      "Date",
      "setTimeout",
      "setInterval",
      "console",
      "process",
      "window",
      "document",
      "navigator",
      "globalThis",
      "performance",
      "crypto",
    ]);
    const found = files
      .filter((file) => roomOf(file) === "machines")
      .flatMap((file) =>
        globalsIn(file)
          .filter((name) => world.has(name) || name === "Math.random")
          .map((name) => `${file}: ${name}`),
      );
    expect(found).toEqual([]);
  });
});

describe("2: pure rooms", () => {
  test("know only each other", () => {
    // The one library among them: SHA-256, a pure function.
    const allowed = (to: string) => PURE.includes(roomOf(to));
    expect(breaches(({ from, to }) => PURE.includes(roomOf(from)) && !allowed(to))).toEqual([]);
  });

  test("have no cycle among them", () => {
    expect(
      cycles(
        (file) => roomOf(file),
        imports.filter(({ from, to }) => PURE.includes(roomOf(from)) && PURE.includes(roomOf(to))),
      ),
    ).toEqual([]);
  });

  test("have no cycle among their files", () => {
    expect(
      cycles(
        (file) => file,
        imports.filter(({ from, typeOnly }) => PURE.includes(roomOf(from)) && !typeOnly),
      ),
    ).toEqual([]);
  });
});

describe("3: actors", () => {
  test("know no client, and of machines types only", () => {
    expect(
      breaches(({ from, to }) => roomOf(from) === "actors" && roomOf(to) === "client"),
    ).toEqual([]);
    expect(
      breaches(
        ({ from, to, typeOnly }) =>
          roomOf(from) === "actors" && roomOf(to) === "machines" && !typeOnly,
      ),
    ).toEqual([]);
  });

  test("reach ports and pure rooms; of all else, types", () => {
    const allowed = (to: string) =>
      to === "xstate" ||
      PURE.includes(roomOf(to)) ||
      ["actors", "http", "sse"].includes(roomOf(to)) ||
      PORTS.test(to);
    expect(
      breaches(({ from, to, typeOnly }) => roomOf(from) === "actors" && !typeOnly && !allowed(to)),
    ).toEqual([]);
  });

  test("meet machines in wire-up.ts only", () => {
    const valuesOf = (file: string, room: string) =>
      imports.some(({ from, to, typeOnly }) => from === file && !typeOnly && roomOf(to) === room);
    const both = files.filter((file) => valuesOf(file, "machines") && valuesOf(file, "actors"));
    expect(both).toEqual(["src/client/wire-up.ts"]);
    const actorsKnownBy = imports.filter(
      ({ from, to, typeOnly }) => roomOf(to) === "actors" && roomOf(from) !== "actors" && !typeOnly,
    );
    expect(new Set(actorsKnownBy.map(({ from }) => from))).toEqual(
      new Set(["src/client/wire-up.ts"]),
    );
  });
});

describe("4: each dependency has one home", () => {
  test.each([
    ["ky", /^src\/http\//],
    ["eventsource-parser", /^src\/sse\//],
    ["idb-keyval", /^src\/storage\/idb\.ts$/],
    ["mitt", /^src\/client\/event-bridge\.ts$/],
    ["@openfeature", /^src\/openfeature\//],
    ["preact", /^src\/devtools-page\//],
    ["react", /^src\/react\//],
    ["elkjs", /^src\/devtools-page\/chart\//],
    ["valibot", /^src\/(config|cli|dev-server)\//],
    ["ws", /^src\/(inspect\/node-socket\.ts$|dev-server\/devtools\/)/],
    [
      "node:",
      /^src\/(storage\/(file|outbox-file)\.ts|platform\/node\.ts|inspect\/node-socket\.ts|testing\/fault-server\/|dev-server\/|cli\/)/,
    ],
  ] as const)("%s", (name, home) => {
    const users = imports.filter(({ to }) => isOf(to, name));
    expect(users).not.toEqual([]);
    const strangers = users.filter(({ from }) => !home.test(from));
    expect([...new Set(strangers.map(({ from }) => from))]).toEqual(
      name === "node:" ? KNOWN.nodeUsers : [],
    );
  });
});

describe("5: what the entries reach", () => {
  test.each([
    ["src/index.browser.ts", 50],
    ["src/index.edge.ts", 50],
    ["src/inspect/index.browser.ts", 10],
  ])("nothing from %s needs Node", (entry, least) => {
    const reached = reach(entry);
    expect(reached.size).toBeGreaterThan(least);
    expect([...reached].filter((file) => isOf(file, "node:") || isOf(file, "ws"))).toEqual([]);
  });

  test.each(["src/index.ts", "src/index.browser.ts", "src/index.edge.ts"])(
    "%s reaches no entry of its own kind",
    (entry) => {
      const rooms = [...OPTIONAL_ENTRIES, "dev-server", "cli"];
      const strangers = [...reach(entry)].filter(
        (file) =>
          rooms.includes(roomOf(file)) ||
          /^(xstate\/graph|react|@openfeature|@statelyai|unstorage|jsonc-parser|picocolors|ws$)/.test(
            file,
          ),
      );
      expect(strangers).toEqual([]);
    },
  );

  test.each(["src/index.ts", "src/index.browser.ts", "src/index.edge.ts"])(
    "%s is no longer than 40 lines",
    (entry) => {
      expect(
        readFileSync(join(root, entry), "utf8").trimEnd().split("\n").length,
      ).toBeLessThanOrEqual(40);
    },
  );
});

test("6: the optional entries know the package by its public entries only", () => {
  const entries = ["src/index.ts", "src/index.browser.ts", "src/public.ts", "machines/index.ts"];
  expect(
    breaches(({ from, to }) => {
      const room = roomOf(from);
      return (
        OPTIONAL_ENTRIES.includes(room) &&
        known.has(to) &&
        roomOf(to) !== room &&
        !entries.includes(to)
      );
    }),
  ).toEqual([]);
});

test("7: client and dev server do not know each other", () => {
  const pairs = [
    ["dev-server", "client"],
    ["client", "dev-server"],
  ];
  expect(
    breaches(({ from, to }) => pairs.some(([a, b]) => roomOf(from) === a && roomOf(to) === b)),
  ).toEqual([]);
});

describe("8: the devtools page", () => {
  const room = "devtools-page";

  test("is reached by nothing else", () => {
    expect(breaches(({ from, to }) => roomOf(to) === room && roomOf(from) !== room)).toEqual([]);
  });

  test("takes types of the rest, its own libraries and the words for the machines", () => {
    const libraries = /^(preact|elkjs)(\/|$)/;
    const allowed = ({ to, typeOnly }: Import) =>
      roomOf(to) === room || typeOnly || to === "stately.config.json" || libraries.test(to);
    expect(breaches((one) => roomOf(one.from) === room && !allowed(one))).toEqual([]);
  });

  test("knows of the rest what dev server, inspector and flags say", () => {
    const known = ["", room, "dev-server", "inspect", "flags"];
    expect(
      breaches(({ from, to }) => roomOf(from) === room && !known.includes(roomOf(to))),
    ).toEqual([]);
  });

  test("loads the layout engine when the first chart is drawn", () => {
    const eager = new Set<string>();
    const add = (file: string) => {
      if (eager.has(file)) return;
      eager.add(file);
      for (const { from, to, typeOnly, lazy } of imports) {
        if (from === file && !typeOnly && !lazy) add(to);
      }
    };
    add("src/devtools-page/main.tsx");
    expect(eager.size).toBeGreaterThan(40);
    expect([...eager].filter((file) => isOf(file, "elkjs"))).toEqual([]);
  });
});

/** The folder that a file lives in, one below `src`; a package's own name otherwise. */
function roomOf(file: string): string {
  if (!known.has(file)) return "";
  const [first = "", second = ""] = file.split("/");
  if (first !== "src") return first;
  return second.includes(".") ? "entry" : second;
}

function isOf(name: string, dependency: string): boolean {
  if (known.has(name)) return false;
  if (dependency === "node:") return name.startsWith("node:") || builtinModules.includes(name);
  return name === dependency || name.startsWith(`${dependency}/`);
}

function breaches(breaks: (one: Import) => boolean): string[] {
  return lines(imports.filter(breaks));
}

function lines(list: readonly Import[]): string[] {
  return list.map(({ from, to, typeOnly }) => `${from} → ${to}${typeOnly ? " (type)" : ""}`);
}

/** Everything that is loaded with a file, sooner or later. */
function reach(entry: string): Set<string> {
  const reached = new Set<string>();
  const add = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { from, to, typeOnly } of imports) if (from === file && !typeOnly) add(to);
  };
  add(entry);
  return reached;
}

/** The cycles in who knows whom, each as a path. */
function cycles(nodeOf: (file: string) => string, edges: readonly Import[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const [a, b] = [nodeOf(from), nodeOf(to)];
    if (a !== b) next.set(a, (next.get(a) ?? new Set()).add(b));
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]) => {
    const at = path.indexOf(node);
    if (at >= 0) found.push([...path.slice(at), node].join(" → "));
    if (at >= 0 || done.has(node)) return;
    for (const other of next.get(node) ?? []) walk(other, [...path, node]);
    done.add(node);
  };
  for (const node of next.keys()) walk(node, []);
  return found;
}

function parse(file: string): ts.SourceFile {
  const text = readFileSync(join(root, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, lazy = false) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    found.push({ from: file, to: resolve(file, specifier.text), typeOnly, lazy });
  };
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node.importClause));
    else if (ts.isExportDeclaration(node)) {
      const named = node.exportClause;
      const erased = named !== undefined && ts.isNamedExports(named) && allTypes(named.elements);
      add(node.moduleSpecifier, node.isTypeOnly || erased);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    } else if (ts.isCallExpression(node)) {
      const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
      const isRequire = ts.isIdentifier(node.expression) && node.expression.text === "require";
      if (isImport || isRequire) add(node.arguments[0], false, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source(file));
  return found;
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined) return false;
  return ts.isNamedImports(namedBindings) && allTypes(namedBindings.elements);
}

function allTypes(elements: ts.NodeArray<ts.ImportSpecifier | ts.ExportSpecifier>): boolean {
  return elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly);
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = relative(root, join(root, dirname(file), specifier));
  const candidates = [
    `${path}.ts`,
    `${path}.tsx`,
    `${path}/index.ts`,
    path,
    path.replace(/\.js$/, ".ts"),
  ];
  return (
    candidates.find((candidate) => known.has(candidate)) ??
    (path.endsWith(".json") ? path : `unresolved ${path}`)
  );
}

/** Names used as values that the file did not declare or import, `Math.random` with its object. */
function globalsIn(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isTypeNode(node)) return;
    if (ts.isPropertyAccessExpression(node)) {
      if (node.getText() === "Math.random") found.push("Math.random");
      visit(node.expression);
      return;
    }
    if (ts.isIdentifier(node) && !isLabel(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source(file));
  return found;
}

/** Whether an identifier only names a member, as in `{ fetch: … }`. */
function isLabel(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodDeclaration(parent)) &&
    parent.name === node
  );
}

function source(file: string): ts.SourceFile {
  const found = sources.get(file);
  if (found === undefined) throw new Error(`${file} was not read.`);
  return found;
}
