/**
 * The public API of every entry, as reviewers read it: docs/api/<entry>.api.md,
 * made from the built types. A change of the API is a change of these files.
 *
 *   node .ci/api.mjs           writes them
 *   node .ci/api.mjs --check   fails when they are out of date
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "docs/api");
const temporary = join(root, "node_modules/.cache/api");

const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { paths: _, ...compilerOptions } = JSON.parse(
  readFileSync(join(root, "tsconfig.json"), "utf8"),
).compilerOptions;

/** The report of one file of types. An entry that takes another's types imports them, as an app does. */
function report(types) {
  const name = types.replace(/^\.\/dist\/|\.d\.ts$/g, "");
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { overrideTsconfig: { compilerOptions, files: [types] } },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: temporary,
        reportTempFolder: join(temporary, "new"),
      },
      newlineKind: "lf",
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      // The compiler, the linter and the tests of the docs look after the rest.
      messages: {
        compilerMessageReporting: { default: { logLevel: "none" } },
        extractorMessageReporting: { default: { logLevel: "none" } },
        tsdocMessageReporting: { default: { logLevel: "none" } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      // Its own compiler's version, and that it wrote a file.
      if (message.logLevel !== "error") message.handled = true;
    },
  });
  // It says of every member without a comment that it has none.
  const text = readFileSync(join(temporary, `${name}.api.md`), "utf8");
  return [name, text.replaceAll(/^ *\/\/ (?:\(undocumented\)|@public \(undocumented\))\n/gm, "")];
}

rmSync(temporary, { recursive: true, force: true });
mkdirSync(temporary, { recursive: true });

const reports = new Map();
for (const conditions of Object.values(exports)) {
  if (conditions.import === undefined) continue;
  const [name, text] = report(conditions.import.types);
  reports.set(`${name}.api.md`, text);
  const browser = conditions.browser?.import?.types;
  if (browser === undefined) continue;
  // Only where browsers get another API.
  const [other, otherText] = report(browser);
  if (otherText !== text) reports.set(`${other}.api.md`, otherText);
}

const written = existsSync(folder) ? readdirSync(folder) : [];
const surplus = written.filter((file) => !reports.has(file));
if (process.argv.includes("--check")) {
  const wrong = [...reports]
    .filter(
      ([file, text]) =>
        !written.includes(file) || readFileSync(join(folder, file), "utf8") !== text,
    )
    .map(([file]) => file);
  for (const file of [...wrong, ...surplus]) {
    console.error(`docs/api/${file} is not what the built types say.`);
  }
  if (wrong.length + surplus.length > 0) {
    console.error("Run `npm run build && npm run api`, and look at what changed.");
    process.exit(1);
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const file of surplus) rmSync(join(folder, file));
  for (const [file, text] of reports) writeFileSync(join(folder, file), text);
}
console.log(`The public API of ${reports.size} entries.`);
