/**
 * What an app installs together with this package: licences, where it comes from,
 * and known vulnerabilities.
 *
 *   node .ci/audit.mjs             a registry that knows no advisories is told, and passes
 *   node .ci/audit.mjs --strict    it fails
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const LICENCES = new Set(["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"]);

const root = join(import.meta.dirname, "..");
const strict = process.argv.includes("--strict");
const { dependencies } = readJson("package.json");
const { packages } = readJson("package-lock.json");

const installed = reachable(Object.keys(dependencies));
const faults = installed.flatMap(faultsOf);
const advisories = await askForAdvisories();
for (const fault of [...faults, ...(advisories ?? [])]) console.error(`✗ ${fault}`);
console.log(
  `${installed.length} packages are installed with this one: ${installed.map(({ name }) => name).join(", ")}.`,
);
if (advisories === undefined) {
  console.error(
    "! KNOWN VULNERABILITIES WERE NOT LOOKED UP: this registry answered no audit. Licences and origins were checked.",
  );
} else console.log("Known vulnerabilities were looked up.");
const failed = faults.length > 0 || (advisories?.length ?? Number(strict)) > 0;
process.exitCode = failed ? 1 : 0;

function readJson(name) {
  return JSON.parse(readFileSync(join(root, name), "utf8"));
}

/** What npm installs for an app that asks for these: they and theirs, without optional peers. */
function reachable(names) {
  const found = new Map();
  const waiting = [...names];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (found.has(name)) continue;
    const entry = packages[`node_modules/${name}`] ?? {};
    found.set(name, entry);
    waiting.push(...Object.keys(entry.dependencies ?? {}));
  }
  return [...found].map(([name, entry]) => ({ name, ...entry }));
}

function faultsOf({ name, version, license, integrity, hasInstallScript }) {
  if (version === undefined) return [`${name} is not in the lock file`];
  return [
    !LICENCES.has(license) && `${name}@${version} has the licence ${license}`,
    !integrity?.startsWith("sha512-") && `${name}@${version} has no checksum in the lock file`,
    hasInstallScript && `${name}@${version} runs a script when it is installed`,
  ].filter(Boolean);
}

/** Known vulnerabilities, in words; nothing when the registry does not tell. */
async function askForAdvisories() {
  const args = ["audit", "--omit=dev", "--json", "--fetch-retries=0", "--fetch-timeout=30000"];
  const { npm_execpath: npm } = process.env;
  const [command, ...first] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  const text = await new Promise((resolve) => {
    execFile(command, [...first, ...args], { cwd: root }, (_, stdout) => resolve(stdout));
  });
  try {
    const { vulnerabilities, metadata } = JSON.parse(text);
    if (metadata?.vulnerabilities === undefined) return undefined;
    return Object.values(vulnerabilities).map(
      ({ name, severity }) => `${name} has a known vulnerability (${severity}): see npm audit`,
    );
  } catch {
    return undefined;
  }
}
