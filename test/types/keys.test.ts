import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { declarationOf } from "../../src/cli/flag-types/declaration";
import type { FlagType } from "../../src/flags/types";

const HERE = import.meta.dirname;
const COMPILE_MS = 120_000;

const FLAGS = new Map<string, FlagType>([
  ["theme", "json"],
  ["limit", "number"],
  ["checkout", "boolean"],
  ["banner", "string"],
  ["", "boolean"],
  ["1", "boolean"],
  ["__proto__", "boolean"],
  ['a "quoted"\\\n\u2028\u007f key`', "boolean"],
]);

/** What the compiler says about a file of this folder, beside a declaration of flags if there is one. */
function complaints(name: string, declaration?: string): readonly string[] {
  const file = join(HERE, name);
  const beside = join(HERE, "flags.d.ts");
  const host = ts.createCompilerHost({});
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => (path === beside ? declaration !== undefined : fileExists(path));
  host.getSourceFile = (path, language, ...rest) =>
    path === beside
      ? ts.createSourceFile(path, declaration ?? "", language)
      : getSourceFile(path, language, ...rest);
  const rootNames = declaration === undefined ? [file] : [file, beside];
  const program = ts.createProgram({ rootNames, options: options(), host });
  return rootNames.flatMap((root) => {
    const source = program.getSourceFile(root);
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return found.map(({ start = 0, messageText }) => {
      const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${root}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(HERE, "../../tsconfig.json"), ts.sys.readFile);
  // Declarations are checked, too: ours is one.
  const overrides = { compilerOptions: { ...config.compilerOptions, skipLibCheck: false } };
  const parsed = ts.parseJsonConfigFileContent(overrides, ts.sys, join(HERE, "../.."));
  return parsed.options;
}

describe("flag keys", () => {
  it(
    "may be any text in a program that declares none",
    () => expect(complaints("any-keys.test-d.ts")).toEqual([]),
    COMPILE_MS,
  );

  it(
    "must be declared, and asked for by their type, in a program with the file that `rollgate types` writes",
    () => {
      const declaration = declarationOf(FLAGS, "flags.json");
      expect(complaints("known-keys.test-d.ts", declaration)).toEqual([]);
    },
    COMPILE_MS,
  );
});

describe("the file that `rollgate types` writes", () => {
  it("lists keys in order, each quoted on one line", () => {
    const lines = declarationOf(FLAGS, "flags.json").split("\n");
    expect(lines.slice(6, -2)).toEqual([
      '    "": boolean;',
      '    "1": boolean;',
      '    "__proto__": boolean;',
      '    "a \\"quoted\\"\\\\\\n\\u2028\\u007f key`": boolean;',
      '    "banner": string;',
      '    "checkout": boolean;',
      '    "limit": number;',
      '    "theme": JsonValue;',
    ]);
  });
});
