import { dirname, join } from "node:path";
import ts from "typescript";
import { type Block, ROOT } from "./markdown";

/** Where the names that a reader imports from live. */
export const ENTRIES: Readonly<Record<string, string>> = {
  rollgate: join(ROOT, "src/index.ts"),
  "rollgate/inspect": join(ROOT, "src/inspect/index.ts"),
  "rollgate/react": join(ROOT, "src/react/index.ts"),
  "rollgate/storage": join(ROOT, "src/storage-adapters/index.ts"),
  "rollgate/testing": join(ROOT, "src/testing/index.ts"),
  "rollgate/openfeature-server": join(ROOT, "src/openfeature/server.ts"),
  "rollgate/openfeature-web": join(ROOT, "src/openfeature/web.ts"),
  "rollgate/machines": join(ROOT, "machines/index.ts"),
  "rollgate/dev-server": join(ROOT, "src/dev-server/index.ts"),
};

/** What fragments take for granted: a client, and a dev server. */
const AROUND = `
declare const client: import("rollgate").RollgateClient;
declare const server: import("rollgate/dev-server").DevServer;
`;
const AROUND_FILE = join(ROOT, "docs", "around.d.ts");

/** The documentation's samples and the package's entries, as one strict program. */
export interface Compiled {
  readonly program: ts.Program;
  /** What is wrong with the samples, each with its place in the page. */
  readonly problems: readonly string[];
}

export function compile(blocks: readonly Block[]): Compiled {
  const files = new Map([[AROUND_FILE, AROUND]]);
  const byFile = new Map<string, Block>();
  for (const [index, block] of blocks.entries()) {
    const file = join(ROOT, "docs", `sample-${index}.${block.language}`);
    const react = block.language === "tsx" ? "/** @jsxImportSource react */ " : "";
    // Always a module, so that samples cannot see each other's names.
    files.set(file, `${react}${block.code}export {};\n`);
    byFile.set(file, block);
  }
  const program = ts.createProgram({
    rootNames: [...files.keys(), ...Object.values(ENTRIES)],
    options: options(),
    host: hostWith(files),
  });
  const problems = [...byFile].flatMap(([file, block]) => {
    const source = program.getSourceFile(file);
    if (source === undefined) return [`${block.at}: was not compiled`];
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map((diagnostic) => {
      const { line } = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
      const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
      return `${block.page}:${block.line + line}: ${text}`;
    });
  });
  return { program, problems };
}

/** As strict as the package itself, but samples may leave a name unused. */
function options(): ts.CompilerOptions {
  const file = join(ROOT, "tsconfig.json");
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, dirname(file));
  return {
    ...parsed.options,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noPropertyAccessFromIndexSignature: false,
    paths: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, [path]])),
  };
}

function hostWith(files: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost({});
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile(name, language, ...rest)
      : ts.createSourceFile(name, text, language);
  };
  return host;
}

/** What the package's types say, for comparing with what the pages say. */
export class Api {
  readonly #checker: ts.TypeChecker;
  readonly #exports: ReadonlyMap<string, ts.Symbol>;

  constructor(program: ts.Program, entry = "rollgate") {
    this.#checker = program.getTypeChecker();
    const index = program.getSourceFile(ENTRIES[entry] ?? "");
    const module = index && this.#checker.getSymbolAtLocation(index);
    if (module === undefined) throw new Error("The entry has no exports.");
    this.#exports = new Map(
      this.#checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]),
    );
  }

  /** Names of the members of an exported type. */
  members(name: string): string[] {
    return this.#type(name)
      .getProperties()
      .filter((member) => !member.name.startsWith("__"))
      .map((member) => member.name);
  }

  /** Dotted paths of an exported interface's members, through the package's own interfaces. */
  paths(name: string): string[] {
    return this.#pathsOf(this.#type(name), name.replace(/^Rollgate/, ""));
  }

  /** Exported classes whose instances are errors. */
  errorClasses(): string[] {
    return [...this.#exports.keys()].filter((name) => {
      const symbol = this.#resolved(name);
      if ((symbol.flags & ts.SymbolFlags.Class) === 0) return false;
      return this.#checker.getDeclaredTypeOfSymbol(symbol).getProperty("stack") !== undefined;
    });
  }

  #pathsOf(type: ts.Type, suffix: string): string[] {
    return type.getProperties().flatMap((member) => {
      const inner = this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(member));
      // Groups of options are the interfaces named after this one: `RetryConfig` of `RollgateConfig`.
      return inner.symbol?.name.endsWith(suffix)
        ? this.#pathsOf(inner, suffix).map((path) => `${member.name}.${path}`)
        : [member.name];
    });
  }

  #type(name: string): ts.Type {
    return this.#checker.getDeclaredTypeOfSymbol(this.#resolved(name));
  }

  #resolved(name: string): ts.Symbol {
    const symbol = this.#exports.get(name);
    if (symbol === undefined) throw new Error(`The package does not export ${name}.`);
    return (symbol.flags & ts.SymbolFlags.Alias) === 0
      ? symbol
      : this.#checker.getAliasedSymbol(symbol);
  }
}
