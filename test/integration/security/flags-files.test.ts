import { symlink, writeFile } from "node:fs/promises";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { declarationOf } from "../../../src/cli/flag-types/declaration";
import { FlagsFileError, startDevServer } from "../../../src/dev-server";
import { parseFlagsFile } from "../../../src/dev-server/flags-file/parse";
import { setUpCli } from "../cli/kit";

const { path, run } = setUpCli();

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const withValue = (value: string) =>
  `{"flags":{"x":{"enabled":true,"type":"json","defaultValue":${value}}}}`;

const TOO_DEEP = [
  ["a value", withValue(deep(100_000))],
  ["a value that never ends", withValue("[".repeat(100_000))],
  ["objects", withValue(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`)],
  ["the document", deep(100_000)],
] as const;

describe("a flags file", () => {
  it.each(TOO_DEEP)("that nests too deeply, %s, is refused where it does", (_, text) => {
    expect(() => parseFlagsFile(text, "flags.json")).toThrow(
      /^flags\.json:1:\d+: the file is nested deeper here than flags can be\.$/,
    );
  });

  it("may hold a value as deep as clients take it, and brackets in texts and comments are no depth", () => {
    const file = parseFlagsFile(`/* ${"[".repeat(999)} */ ${withValue(deep(200))}`, "f");
    expect(file.flags["x"]?.enabled).toBe(true);
    expect(() => parseFlagsFile(withValue(`"${"{".repeat(999)}"`), "f")).not.toThrow();
  });

  it("given as an object is refused when it nests too deeply, too", async () => {
    const flags = { x: { enabled: true, type: "json", defaultValue: JSON.parse(deep(1_000)) } };
    await expect(startDevServer({ flags: { flags } as never })).rejects.toThrow(FlagsFileError);
  });

  it.each(["types", "dev"])(
    "that nests too deeply is one sentence of `rollgate %s`",
    async (command) => {
      await writeFile(path("deep.json"), withValue(deep(100_000)));
      const { ended, stdout, stderr } = run([command, "--flags", "deep.json"]);
      expect([await ended, stdout()]).toEqual([2, ""]);
      expect(stderr()).toBe(
        "rollgate: deep.json:1:262: the file is nested deeper here than flags can be.\n",
      );
    },
  );

  it.each<[string, (file: string) => Promise<unknown>]>([
    ["a directory", (file) => symlink(".", file)],
    [
      "bytes that are no text",
      (file) =>
        writeFile(
          file,
          Uint8Array.from({ length: 999 }, (_, i) => i % 256),
        ),
    ],
    ["an empty file", (file) => writeFile(file, "")],
    ["an own __proto__ that is no flag", (file) => writeFile(file, '{"flags":{"__proto__":7}}')],
    [
      "__proto__ for a flag's field",
      (file) => writeFile(file, '{"flags":{"x":{"enabled":true,"__proto__":{"a":1}}}}'),
    ],
    ["__proto__ for the flags", (file) => writeFile(file, '{"__proto__":{"flags":{}}}')],
  ])("that is %s is told in one sentence", async (_, make) => {
    await make(path("bad.json"));
    const { ended, stdout, stderr } = run(["types", "--flags", "bad.json"]);
    expect([await ended, stdout()]).toEqual([2, ""]);
    expect(stderr()).toMatch(/^rollgate: bad\.json[^\n]*\n$/);
  });

  it("may have 10 000 flags", () => {
    const flags = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`flag-${i}`, { enabled: true }]),
    );
    expect(Object.keys(parseFlagsFile(JSON.stringify({ flags }), "f").flags)).toHaveLength(10_000);
  });
});

describe("what `rollgate types` writes", () => {
  const KEYS = [
    '"; } } export const pwned = 1; //',
    "'; } }",
    "*/ export const pwned = 1; /*",
    "\n}\n}\nexport const pwned = 1;",
    "\r\u2028\u2029\u0085\u0000",
    "\\",
    '\\"',
    "`$" + "{process.exit()}`",
    "</script>",
    "__proto__",
    "constructor",
    "half \ud800",
    "[computed]",
    "",
  ];

  /** The members that a declaration gives to the flags, and every statement of the file, by kind. */
  function read(text: string) {
    const file = ts.createSourceFile("flags.d.ts", text, ts.ScriptTarget.ES2022, true);
    const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly unknown[] };
    const members: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isPropertySignature(node) && ts.isStringLiteral(node.name))
        members.push(node.name.text);
      ts.forEachChild(node, visit);
    };
    visit(file);
    return {
      parseDiagnostics,
      members,
      statements: file.statements.map(({ kind }) => ts.SyntaxKind[kind]),
    };
  }

  it("declares flags and nothing else, whatever their keys and the file's name hold", () => {
    const flags = new Map(KEYS.map((key) => [key, "boolean"] as const));
    const { parseDiagnostics, members, statements } = read(declarationOf(flags, "flags.json"));
    expect(parseDiagnostics).toEqual([]);
    expect(statements).toEqual(["ExportDeclaration", "ModuleDeclaration"]);
    expect([...members].sort()).toEqual([...KEYS].sort());
  });

  it.each([
    "evil\nexport const pwned = 1;.json",
    "*\\export const pwned = 1;.json",
    "a\u2028b.json",
  ])("stays a comment where it names the file %j", async (name) => {
    await writeFile(path(name), '{"flags":{"x":{"enabled":true}}}');
    const { ended, stdout } = run(["types", "--flags", name]);
    expect(await ended).toBe(0);
    const { parseDiagnostics, members, statements } = read(stdout());
    expect([parseDiagnostics, members]).toEqual([[], ["x"]]);
    expect(statements).toEqual(["ExportDeclaration", "ModuleDeclaration"]);
  });
});

describe("a report for `rollgate replay`", () => {
  it.each([
    ["deep", deep(100_000)],
    [
      "full of control characters",
      JSON.stringify([
        { seq: 1, actor: "\u001b[2J", from: "\u0007", to: "\u202e", event: "\r", at: 0 },
      ]),
    ],
    ["of another kind", '{"__proto__":{"format":"rollgate-diagnostics"}}'],
    [
      "with times that no date has",
      '[{"seq":1,"actor":"a","from":"b","to":"c","event":"d","at":1e300}]',
    ],
  ])(
    "that is %s is shown or refused in order, and writes no control characters",
    async (_, text) => {
      await writeFile(path("report.json"), text);
      const { ended, stdout, stderr } = run(["replay", "report.json"]);
      expect([1, 2]).toContain(await ended);
      expect(stdout() + stderr()).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}|\n {4}at /u);
    },
  );
});
