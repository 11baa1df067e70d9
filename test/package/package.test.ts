/** The package as its users get it: packed, installed into an empty folder, and used in every way. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDevServer } from "../../src/dev-server";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
/** What a build depends on besides the sources. */
const BUILD_FILES = [
  "package.json",
  "tsup.config.ts",
  "devtools-page.config.ts",
  "stately.config.json",
];
const INSTALL_MS = 300_000;
const COMPILE_MS = 120_000;

/** Everything happens in here; `app` is the folder that was empty. */
let work: string;
let app: string;
let packed: { readonly filename: string; readonly files: readonly { readonly path: string }[] };

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "rollgate-package-"));
  app = join(work, "app");
  const source = await stage();
  const { stdout } = await npm(
    ["pack", "--json", "--ignore-scripts", "--pack-destination", work],
    source,
  );
  packed = JSON.parse(stdout)[0];
  await mkdir(app);
  await write("package.json", JSON.stringify({ name: "app", private: true }));
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  await npm(["install", ...options, join(work, packed.filename)], app);
}, INSTALL_MS);

afterAll(async () => {
  await rm(work, { recursive: true, force: true });
});

describe("the tarball", () => {
  test("holds what runs and what explains it, nothing else", () => {
    const expected =
      /^(dist\/[^/]+\.(js|cjs|d\.ts|d\.cts)(\.map)?|dist\/devtools-page\/[\w-]+\.(html|js|css|svg|txt)|docs\/[\w-]+\.(md|schema\.json)|docs\/machines\/\w+\.json)$/;
    const rest = packed.files.map(({ path }) => path).filter((path) => !expected.test(path));
    expect(rest.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
  });

  test("holds every file that package.json names", async () => {
    const { main, module, types, bin, exports } = await manifest();
    const named = [main, module, types, ...leaves(bin), ...leaves(exports)];
    expect(named.length).toBeGreaterThan(15);
    const paths = new Set(packed.files.map(({ path }) => `./${path}`));
    expect(named.filter((path) => !paths.has(path))).toEqual([]);
  });

  test("holds the devtools page, and the licences of what it carries along", () => {
    const page = packed.files.map(({ path }) => path.replace("dist/devtools-page/", "./"));
    for (const file of ["index.html", "main.js", "style.css", "elk-worker.js", "licenses.txt"]) {
      expect(page).toContain(`./${file}`);
    }
  });

  test("brings source maps for every script that an app's own code calls", () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    const scripts = [...paths].filter((path) => /^dist\/[^/]+\.c?js$/.test(path));
    expect(scripts.filter((path) => !paths.has(`${path}.map`))).toEqual([]);
  });

  test("installs nothing that the core does not need", async () => {
    const { dependencies = {}, peerDependencies = {} } = await manifest();
    const installed = await readdir(join(app, "node_modules"));
    const names = installed.filter((name) => !name.startsWith("."));
    expect(names.sort()).toEqual(
      [
        ...new Set([...Object.keys(dependencies), "rollgate"].map((name) => name.split("/")[0])),
      ].sort(),
    );
    expect(Object.keys(peerDependencies).filter((name) => installed.includes(name))).toEqual([]);
  });
});

describe("the README's list of dependencies", () => {
  test("names each, with its size within a quarter", async () => {
    const { dependencies = {} } = await manifest();
    const readme = await readFile(join(root, "README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| `([\w-]+)` +\| ([\d,]+) kB +\|/gm)].map(
      ([, name = "", size = ""]) => [name, Number(size.replace(",", ""))] as const,
    );
    expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(dependencies).sort());
    for (const [name, stated] of rows) {
      const size = (await bytesIn(join(app, "node_modules", name))) / 1_000;
      expect(Math.abs(size - stated) / stated, `${name}: ${size} kB`).toBeLessThan(0.25);
    }
  });
});

/** What all files in a folder hold. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const QUICK_START = `
  (async () => {
    const client = new RollgateClient({ apiKey: "dev-key", baseUrl: process.argv[2] });
    await client.init({ id: "user-123", attributes: { plan: "pro" } });
    client.track({ flagKey: "beta", eventName: "seen" });
    console.log(JSON.stringify({ beta: client.isEnabled("beta"), pro: client.isEnabled("pro-only"), VERSION }));
    await client.close();
  })();`;
const OTHER_ENTRIES = `
  (async () => {
    const server = await startDevServer({ flags: { flags: { beta: { enabled: true } } } });
    const answer = await fetch(server.url + "/api/v1/sdk/flags", { headers: { authorization: "Bearer dev-key" } });
    console.log(JSON.stringify({ flags: (await answer.json()).flags, machine: clientMachine.id }));
    const tester = createTestClient({ flags: { beta: true } });
    tester.setFlag("beta", false);
    console.log(tester instanceof RollgateClient, tester.isEnabled("beta", true));
    const faults = await createFaultServer({ flags: { beta: true } });
    console.log((await fetch(faults.url + "/api/v1/sdk/flags")).status);
    await faults.close();
    const items = new Map();
    const driver = {
      getItem: (key) => items.get(key),
      getKeys: () => [...items.keys()],
      setItem: (key, value) => void items.set(key, value),
    };
    const storage = createSharedStorage(driver);
    await storage.set("key", "text");
    console.log(await storage.get("key"), items.size);
    const inspector = createInspector({ url: server.url.replace("http", "ws") });
    await new Promise((resolve) => setImmediate(resolve));
    inspector.stop();
    await server.close();
  })();`;

describe.each([
  ["import", "mjs", (names: string, entry: string) => `import { ${names} } from "${entry}";`],
  ["require", "cjs", (names: string, entry: string) => `const { ${names} } = require("${entry}");`],
])("%s", (_, extension, load) => {
  test("the Quick Start runs, and the process ends", async () => {
    await using server = await startDevServer({
      flags: {
        flags: {
          beta: { enabled: true },
          "pro-only": {
            enabled: true,
            rollout: 0,
            rules: [{ conditions: [{ attribute: "plan", operator: "eq", value: "pro" }] }],
          },
        },
      },
    });
    const script = await write(
      `start.${extension}`,
      load("RollgateClient, VERSION", "rollgate") + QUICK_START,
    );
    const { stdout, stderr } = await node([script, server.url]);
    const { version } = await manifest();
    expect(JSON.parse(stdout)).toEqual({ beta: true, pro: true, VERSION: version });
    expect(stderr).toBe("");
    expect(server.events).toHaveLength(1);
  });

  test("the other entries load", async () => {
    const code = `${load("startDevServer", "rollgate/dev-server")}${load("clientMachine", "rollgate/machines")}${load("createInspector", "rollgate/inspect")}${load("createFaultServer, createTestClient", "rollgate/testing")}${load("createSharedStorage", "rollgate/storage")}${load("RollgateClient", "rollgate")}${OTHER_ENTRIES}`;
    const { stdout, stderr } = await node([await write(`others.${extension}`, code)]);
    const [first = "", second, third, fourth] = stdout.split("\n");
    expect(JSON.parse(first)).toEqual({ flags: { beta: true }, machine: "client" });
    expect([second, third, fourth]).toEqual(["true false", "200", "text 1"]);
    expect(stderr).toBe("");
  });
});

describe("rollgate/react", () => {
  test.each(["react.js", "react.cjs"])(
    "%s is a module for clients, by its first directives",
    async (name) => {
      const text = await readFile(join(app, "node_modules/rollgate/dist", name), "utf8");
      expect(text).toMatch(/^(["']use strict["'];\s*)?["']use client["'];/);
    },
  );

  test.each([
    ["mjs", (names: string, from: string) => `import { ${names} } from "${from}";`],
    ["cjs", (names: string, from: string) => `const { ${names} } = require("${from}");`],
  ])("renders with the app's own React and rollgate, in %s", async (extension, load) => {
    const script = [
      load("createElement: h".replace(": ", extension === "mjs" ? " as " : ": "), "react"),
      load("renderToString", "react-dom/server"),
      load("RollgateClient", "rollgate"),
      load("Feature, RollgateProvider, useFlag, useRollgate", "rollgate/react"),
      `const client = new RollgateClient({ apiKey: "key", bootstrap: { flags: { beta: true } } });`,
      `const Own = () => String(useRollgate() === client && useFlag("beta"));`,
      `const tree = h(RollgateProvider, { client }, h(Own), h(Feature, { flag: "beta" }, "!"));`,
      `console.log(renderToString(tree));`,
    ].join("\n");
    await bringReact();
    const { stdout, stderr } = await node([await write(`react.${extension}`, script)]);
    expect([stdout.replaceAll("<!-- -->", ""), stderr]).toEqual(["true!\n", ""]);
  });

  test(
    "has types that check with the app's own React, libraries included",
    async () => {
      await bringReact();
      const file = await write("react.ts", RENDERED);
      const options = { module: "node16", moduleResolution: "node16", skipLibCheck: false };
      expect(await typeErrors(await project([file], options))).toEqual([]);
    },
    COMPILE_MS,
  );
});

/** Puts the project's React beside the installed package, as an app that has one. */
async function bringReact(): Promise<void> {
  for (const name of ["react", "react-dom", "scheduler", "@types/react", "csstype"]) {
    const place = join(app, "node_modules", name);
    if (existsSync(place)) continue;
    await mkdir(join(place, ".."), { recursive: true });
    await symlink(join(root, "node_modules", name), place);
  }
}

const RENDERED = `
import { createElement } from "react";
import { RollgateProvider, useFlag, type RollgateProviderProps } from "rollgate/react";

const props: RollgateProviderProps = { config: { apiKey: "key" }, user: { id: "ann" } };
export const tree = createElement(RollgateProvider, props);
export function useBanner(): string {
  // @ts-expect-error a text
  const limit: number = useFlag("banner", "");
  return useFlag("banner", "") + limit;
}
`;

const OPENFEATURE = `
  (async () => {
    const rules = { beta: { enabled: true, rollout: 0, targetUsers: ["ada"] } };
    const server = await startDevServer({ flags: { flags: rules }, localEvaluation: true });
    const config = { apiKey: "dev-key", baseUrl: server.url, logLevel: "silent" };
    await Server.setProviderAndWait(new RollgateServerProvider(config));
    await Web.setProviderAndWait(new RollgateWebProvider(new RollgateClient(config)), { targetingKey: "ada" });
    const onServer = Server.getClient();
    console.log(
      await onServer.getBooleanValue("beta", false, { targetingKey: "ada" }),
      await onServer.getBooleanValue("beta", true, { targetingKey: "bob" }),
      Web.getClient().getBooleanValue("beta", false),
    );
    await Promise.all([Server.close(), Web.getProvider().client.close()]);
    await server.close();
  })();`;

const OPENFEATURE_TYPED = `
import { type Provider as ServerProvider, OpenFeature } from "@openfeature/server-sdk";
import type { Provider as WebProvider } from "@openfeature/web-sdk";
import { RollgateClient } from "rollgate";
import { RollgateServerProvider, type ServerProviderOptions } from "rollgate/openfeature-server";
import { type ClientSource, RollgateWebProvider } from "rollgate/openfeature-web";

export const options: ServerProviderOptions = { rulesTimeoutMs: 0 };
export const source: ClientSource = new RollgateClient({ apiKey: "key" });
export const server: ServerProvider = new RollgateServerProvider({ apiKey: "key" }, options);
export const web: WebProvider = new RollgateWebProvider(source);
export const client: RollgateClient = new RollgateWebProvider(source).client;
OpenFeature.setProvider(new RollgateServerProvider(source));
// @ts-expect-error a client or a configuration
new RollgateWebProvider({});
// @ts-expect-error no such option
new RollgateServerProvider(source, { rulesTimeout: 0 });
`;

describe("with OpenFeature's SDKs beside it", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await appWith("@openfeature");
  });

  test.each([
    ["import", "mjs", (names: string, entry: string) => `import { ${names} } from "${entry}";`],
    [
      "require",
      "cjs",
      (names: string, entry: string) =>
        `const { ${names.replaceAll(" as ", ": ")} } = require("${entry}");`,
    ],
  ])("the providers run, by %s", async (_, extension, load) => {
    const imports = [
      load("OpenFeature as Server", "@openfeature/server-sdk"),
      load("OpenFeature as Web", "@openfeature/web-sdk"),
      load("RollgateClient", "rollgate"),
      load("startDevServer", "rollgate/dev-server"),
      load("RollgateServerProvider", "rollgate/openfeature-server"),
      load("RollgateWebProvider", "rollgate/openfeature-web"),
    ];
    const script = join(folder, `openfeature.${extension}`);
    await writeFile(script, imports.join("\n") + OPENFEATURE);
    expect(await node([script], folder)).toMatchObject({ stdout: "true false true\n", stderr: "" });
  });

  test.each([
    ["ES module", "mts"],
    ["CommonJS", "cts"],
  ])(
    "their types check: %s",
    async (_, extension) => {
      const file = join(folder, `openfeature.${extension}`);
      await writeFile(file, OPENFEATURE_TYPED);
      const node16 = { module: "node16", moduleResolution: "node16", skipLibCheck: true };
      expect(await typeErrors(await project([file], node16, folder))).toEqual([]);
    },
    COMPILE_MS,
  );

  test("a bundle of the web provider for browsers needs nothing of Node", async () => {
    const code = `export { RollgateWebProvider } from "rollgate/openfeature-web";`;
    const { inputs, outside } = await bundle(code, [], folder);
    expect(inputs.some((path) => path.endsWith("rollgate/dist/index.browser.js"))).toBe(true);
    expect(inputs.some((path) => path.includes("server-sdk"))).toBe(false);
    expect(outside).toEqual([]);
  });
});

const TYPED = `
import { RollgateClient, RollgateError, isRateLimitError, type EvaluationDetail, type FlagStorage, type RollgateConfig, type UserContext } from "rollgate";
import { startDevServer, type DevServer } from "rollgate/dev-server";
import { createInspector, type InspectionMessage, type StatelyInspector } from "rollgate/inspect";
import { circuitBreakerMachine, clientMachine } from "rollgate/machines";
import { createSharedStorage, type SharedStorage } from "rollgate/storage";
import { createTestClient, createVirtualClock, passTime, type TestClient, type VirtualClock } from "rollgate/testing";

const clock: VirtualClock = createVirtualClock();
const tester: TestClient = createTestClient({ flags: { beta: true }, clock });
export const asClient: RollgateClient = tester;
// @ts-expect-error no such option
createTestClient({ flag: {} });
export const passed = passTime(0, { clock, clients: [tester] });

const items = new Map<string, string>();
const driver = { getItem: (key: string) => items.get(key), getKeys: () => [...items.keys()] };
export const shared: SharedStorage = createSharedStorage(driver, { prefix: "app", ttlMs: 60_000 });
export const fleet: RollgateConfig = { apiKey: "key", cache: { storage: shared } };
// @ts-expect-error a driver, not an address
createSharedStorage("redis://localhost");

export const storage: FlagStorage = { get: () => undefined, set() {}, delete() {} };
export const config: RollgateConfig = { apiKey: "key", cache: { storage }, fetch };
export const user: UserContext = { id: "u1", attributes: { plan: "pro" } };
export const ids: string[] = [clientMachine.id, circuitBreakerMachine.id];

export async function run(): Promise<boolean> {
  await using server: DevServer = await startDevServer({ flags: { flags: {} } });
  await using client = await RollgateClient.start({ ...config, baseUrl: server.url }, user);
  const detail: EvaluationDetail<boolean> = client.isEnabledDetail("beta");
  client.on("flag_changed", ({ key, value }) => [key.length, value]);
  const filter = (message: InspectionMessage) => message.type !== "@xstate.event";
  const inspector: StatelyInspector = createInspector({ filter, autoStart: false });
  const detach: () => void = client.attachInspector(inspector);
  detach();
  // @ts-expect-error no such option
  createInspector({ uri: "ws://localhost" });
  client.on("error", (error: RollgateError) => isRateLimitError(error) && error.retryAfter);
  // @ts-expect-error there is no such event
  client.on("nonsense", () => {});
  // @ts-expect-error a key is text
  client.isEnabled(1);
  // @ts-expect-error the key is required
  new RollgateClient({});
  return detail.value;
}
`;

const SERVED = `
import { createFaultServer, FAULTS, type FaultServer } from "rollgate/testing";

export async function outage(): Promise<readonly string[]> {
  const server: FaultServer = await createFaultServer();
  server.answer("flags", FAULTS.unavailable, { probability: 0.5 });
  // @ts-expect-error no such route
  server.answer("flag", FAULTS.unavailable);
  return server.eventBooks(["bought"]).missing;
}
`;

const KEYED = `
import { RollgateClient, type FlagKey, type TrackOptions } from "rollgate";

export const keys: Record<FlagKey, true> = { checkout: true, banner: true, theme: true };
export const event: TrackOptions = { flagKey: "checkout", eventName: "purchase" };

export function run(client: RollgateClient): number {
  client.isEnabled("banner");
  client.getString("banner", "");
  // @ts-expect-error no such flag
  client.isEnabled("typo");
  // @ts-expect-error a text
  client.getNumber("banner", 1);
  // @ts-expect-error a default of another type
  client.getString("banner", 1);
  return client.getJson("theme", { size: 1 }).size;
}
`;

describe("the types", () => {
  const modes = [
    ["node16, ES module", "mts", { module: "node16", moduleResolution: "node16" }],
    ["node16, CommonJS", "cts", { module: "node16", moduleResolution: "node16" }],
    ["bundler", "ts", { module: "esnext", moduleResolution: "bundler" }],
    [
      "bundler, for browsers",
      "ts",
      { module: "esnext", moduleResolution: "bundler", customConditions: ["browser"] },
    ],
    [
      "bundler, for edge servers",
      "ts",
      { module: "esnext", moduleResolution: "bundler", customConditions: ["workerd"] },
    ],
  ] as const;

  test.each(modes)(
    "check under %s, libraries included",
    async (_, extension, options) => {
      const served = "customConditions" in options ? "" : SERVED;
      const file = await write(`consumer.${extension}`, TYPED + served);
      const all = await project([file], { ...options, skipLibCheck: false });
      expect(await typeErrors(all)).toEqual([]);
    },
    COMPILE_MS,
  );

  test.each(modes)(
    "know the keys that `rollgate types` declares, under %s",
    async (_, extension, options) => {
      const value = (type: string) => ({ enabled: true, type });
      const flags = { checkout: value("boolean"), banner: value("string"), theme: value("json") };
      await write("flags.json", JSON.stringify({ flags }));
      const declared = join(app, `flags.d.${extension}`);
      await rollgate("types", "--flags", "flags.json", "--out", declared);
      const file = await write(`keyed.${extension}`, KEYED);
      const own = await project([file, declared], { ...options, skipLibCheck: true });
      expect(await typeErrors(own)).toEqual([]);
    },
    COMPILE_MS,
  );
});

describe("a bundle for browsers", () => {
  test.each([
    ["import", `import { RollgateClient } from "rollgate"; globalThis.it = RollgateClient;`],
    ["require", `globalThis.it = require("rollgate").RollgateClient;`],
    [
      "the inspector",
      `import { createInspector } from "rollgate/inspect"; globalThis.it = createInspector;`,
    ],
    [
      "the test client",
      `import { createTestClient } from "rollgate/testing"; globalThis.it = createTestClient;`,
    ],
    [
      "shared storage",
      `import { createSharedStorage } from "rollgate/storage"; globalThis.it = createSharedStorage;`,
    ],
    ["the machines", `import * as machines from "rollgate/machines"; globalThis.it = machines;`],
  ])("by %s needs nothing of Node", async (_, contents) => {
    const { inputs, outside } = await bundle(contents);
    expect(inputs.some((path) => path.includes("node_modules/rollgate/dist/"))).toBe(true);
    expect(
      inputs.filter((path) =>
        /rollgate\/dist\/((index|inspect|testing)\.c?js|dev-server|cli)/.test(path),
      ),
    ).toEqual([]);
    expect(outside).toEqual([]);
  });

  test("is empty when nothing is used", async () => {
    const { text } = await bundle(
      `import { RollgateClient } from "rollgate"; export const one = 1;`,
    );
    expect(text.length).toBeLessThan(200);
  });
});

describe("a bundle for an edge server", () => {
  // As its tools ask for it: they would take what is meant for browsers, if it stood before.
  test.each([
    ["workerd", ["workerd", "worker", "browser"]],
    ["edge-light", ["edge-light", "worker", "browser"]],
  ])("under %s is a build of its own, whole, and needs nothing of Node", async (_, conditions) => {
    const { inputs, outside } = await bundle(`export * from "rollgate";`, conditions);
    const builds = inputs.filter((path) => /rollgate\/dist\/index[.\w]*\.js$/.test(path));
    expect(builds.map((path) => path.split("/").at(-1))).toEqual(["index.edge.js"]);
    expect(outside).toEqual([]);
  });
});

test("the command line tool says its version", async () => {
  const { stdout } = await rollgate("--version");
  expect(stdout.trim()).toContain((await manifest()).version);
});

/** A copy of what is packed, built from today's sources, so that nobody's build runs into ours. */
async function stage(): Promise<string> {
  const source = join(work, "source");
  const parts = [
    "src",
    "machines",
    "docs",
    "tsconfig.json",
    ...BUILD_FILES,
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
  ];
  for (const part of parts) await cp(join(root, part), join(source, part), { recursive: true });
  if (await isBuilt()) {
    await cp(join(root, "dist"), join(source, "dist"), { recursive: true });
  } else {
    await symlink(join(root, "node_modules"), join(source, "node_modules"));
    await node([join(root, "node_modules/tsup/dist/cli-default.js"), "--silent"], source);
  }
  return source;
}

/** Whether `dist` is there, whole, and not older than any source. */
async function isBuilt(): Promise<boolean> {
  const last = [
    "dist/index.browser.d.cts",
    "dist/index.edge.d.cts",
    "dist/index.d.cts",
    "dist/inspect.browser.d.cts",
    "dist/inspect.d.cts",
    "dist/testing.browser.d.cts",
    "dist/testing.d.cts",
    "dist/react.d.cts",
    "dist/dev-server.d.cts",
    "dist/openfeature-server.d.cts",
    "dist/openfeature-web.d.cts",
    "dist/cli.js",
    "dist/devtools-page/licenses.txt",
  ].map((path) => join(root, path));
  if (!last.every((path) => existsSync(path))) return false;
  const built = Math.min(
    ...(await Promise.all(last.map(async (path) => (await stat(path)).mtimeMs))),
  );
  const changed = BUILD_FILES.map((name) => join(root, name));
  for (const folder of ["src", "machines"]) {
    const names = await readdir(join(root, folder), { recursive: true });
    changed.push(...names.map((name) => join(root, folder, name)));
  }
  const times = await Promise.all(changed.map(async (path) => (await stat(path)).mtimeMs));
  return Math.max(...times) <= built;
}

/** The app once more, with other packages beside ours as its author would install them. */
async function appWith(...packages: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(work, "app-with-"));
  const modules = join(folder, "node_modules");
  await cp(join(app, "node_modules"), modules, { recursive: true, verbatimSymlinks: true });
  for (const name of packages) await symlink(join(root, "node_modules", name), join(modules, name));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "app", private: true }));
  return folder;
}

async function bundle(contents: string, conditions: string[] = [], folder: string = app) {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    format: "esm",
    platform: conditions.length > 0 ? "neutral" : "browser",
    conditions,
    mainFields: ["module", "main"],
    metafile: true,
    minify: true,
    write: false,
    outdir: app,
    logLevel: "silent",
  });
  const inputs = Object.values(metafile.inputs);
  return {
    inputs: Object.keys(metafile.inputs),
    /** What the bundle would still have to load from elsewhere. */
    outside: inputs.flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    ),
    text: outputFiles[0]?.text ?? "",
  };
}

/** What the compiler complains about. */
async function typeErrors(project: string): Promise<readonly string[]> {
  try {
    await node([join(root, "node_modules/typescript/bin/tsc"), "-p", project]);
    return [];
  } catch (error) {
    const said = String((error as { readonly stdout?: unknown }).stdout ?? error);
    return said.split("\n").filter((line) => line !== "");
  }
}

/** A strict project of these files. */
async function project(
  files: readonly string[],
  options: object,
  folder: string = app,
): Promise<string> {
  const compilerOptions = {
    ...options,
    target: "es2022",
    lib: ["ES2022", "DOM"],
    types: [],
    strict: true,
    noEmit: true,
  };
  const path = join(folder, "tsconfig.json");
  await writeFile(path, JSON.stringify({ compilerOptions, files }));
  return path;
}

function rollgate(...args: string[]) {
  return run(join(app, "node_modules/.bin/rollgate"), args, { cwd: app });
}

async function write(name: string, text: string): Promise<string> {
  const path = join(app, name);
  await writeFile(path, text);
  return path;
}

// biome-ignore lint/suspicious/noExplicitAny: a package.json
async function manifest(): Promise<any> {
  return JSON.parse(await readFile(join(app, "node_modules/rollgate/package.json"), "utf8"));
}

/** All texts within a tree of objects. */
function leaves(tree: unknown): string[] {
  if (typeof tree === "string") return [tree];
  return Object.values(tree ?? {}).flatMap(leaves);
}

function node(args: readonly string[], cwd: string = app) {
  return run(process.execPath, args, { cwd });
}

function npm(args: readonly string[], cwd: string) {
  return run("npm", args, { cwd, timeout: INSTALL_MS });
}
