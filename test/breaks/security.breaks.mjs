/** Breaks of what SECURITY.md promises. */
const at = (name) => ({ test: `test/integration/security/${name}.test.ts` });
const atomic = { file: "src/storage/atomic-file.ts", ...at("files") };

export default [
  // Redirects
  {
    ...at("redirects"),
    promise: "no redirect of a request is followed, to whatever origin",
    file: "src/http/http.ts",
    from: 'redirect: "manual",',
    to: 'redirect: "follow",',
  },
  {
    ...at("redirects"),
    promise: "no redirect of a stream is followed, to whatever origin",
    file: "src/http/open-stream.ts",
    from: 'redirect: "manual" });',
    to: 'redirect: "follow" });',
  },
  {
    ...at("redirects"),
    promise: "every status from 300 to 399 is a redirect, 304 apart",
    file: "src/http/judge.ts",
    from: "status >= 300 && status < 400",
    to: "status > 300 && status < 309",
  },

  // Files
  {
    ...atomic,
    promise: "files are readable by their owner only, whatever the umask",
    from: 'open(temporary, "wx", 0o600)',
    to: 'open(temporary, "wx", 0o644)',
  },
  {
    ...atomic,
    promise: "directories made for them are their owner's only, whatever the umask",
    from: "recursive: true, mode: 0o700",
    to: "recursive: true, mode: 0o755",
  },
  {
    ...at("files"),
    promise: "locks are readable by their owner only",
    file: "src/storage/file-lock.ts",
    from: 'open(lockPath, "wx", 0o600)',
    to: 'open(lockPath, "wx", 0o644)',
  },
  {
    ...atomic,
    promise: "neither pipe nor device at persistPath is read",
    from: 'if (!about.isFile()) throw new Error("what is there is not a file");',
    to: "",
  },
  {
    ...atomic,
    promise: "a pipe at persistPath makes nobody wait",
    from: "constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)",
    to: "constants.O_RDONLY",
  },
  {
    ...atomic,
    promise: "a huge file at persistPath is not read into memory",
    from: "if (about.size > MAX_FILE_BYTES)",
    to: "if (about.size < 0)",
  },
  {
    ...atomic,
    promise: "a link at persistPath is not written through",
    from: "    await rename(temporary, path);\n",
    to: '    await (await open(path, "a")).writeFile(text);\n    await rename(temporary, path);\n',
  },

  // What is shown
  {
    ...at("surfaces"),
    promise: "a key that proxies echo is shown by nothing",
    file: "src/errors/redact.ts",
    from: "return (text) => text.replace(pattern, REPLACEMENT);",
    to: "return (text) => text;",
  },
  {
    ...at("surfaces"),
    promise: "the key is in no address unless a server wants it there",
    file: "src/http/open-stream.ts",
    from: 'token: keyIn === "query" ? apiKey : undefined,',
    to: "token: apiKey,",
  },
  {
    ...at("hostile-values"),
    promise: "no text of a user breaks out of its parameter",
    file: "src/http/url.ts",
    from: "const text = search.toString();",
    to: 'const text = [...search].map((pair) => pair.join("=")).join("&");',
  },

  // Hostile servers
  {
    ...at("compressed"),
    promise: "bodies are read up to maxResponseBytes of what they unpack to",
    file: "src/http/read-body.ts",
    from: "if (room < 0 || signal.aborted) break;",
    to: "if (signal.aborted) break;",
  },
  {
    ...at("compressed"),
    promise: "bodies of errors are cut however they are packed",
    file: "src/http/judge.ts",
    from: "MAX_ERROR_BODY_BYTES = 65_536",
    to: "MAX_ERROR_BODY_BYTES = 65_536_000",
  },
  {
    promise: "a value that nests too deeply to be compared is malformed, from rules, too",
    file: "src/flags/rules/serve.ts",
    from: "!unfit.has(value) && isOfType(type, value)",
    to: "isOfType(type, value)",
    test: "test/unit/flags/rules/hostile.test.ts",
  },
  {
    ...at("rule-sets"),
    promise: "rules are persisted although one of them nests too deeply",
    file: "src/storage/rules-entry.ts",
    from: "isWritable(flag) ? flag : null",
    to: "flag",
  },
  // The command line
  {
    ...at("flags-files"),
    promise: "a flags file that nests too deeply is refused with its place",
    file: "src/dev-server/flags-file/depth.ts",
    from: "MAX_JSON_DEPTH + 5",
    to: "MAX_JSON_DEPTH * 1_000_000",
  },
  {
    ...at("flags-files"),
    promise: "no key breaks out of a generated declaration",
    file: "src/cli/flag-types/declaration.ts",
    from: "return JSON.stringify(key).replace(",
    to: "return ('\"' + key + '\"').replace(",
  },
  {
    ...at("flags-files"),
    promise: "no file's name breaks out of a generated comment",
    file: "src/cli/commands/types.ts",
    from: "declarationOf(flags, printable(origin))",
    to: "declarationOf(flags, origin)",
  },
  {
    ...at("audit"),
    promise: "a registry that answers no audit is no registry that knows no vulnerability",
    file: ".ci/audit.mjs",
    from: "if (metadata?.vulnerabilities === undefined) return undefined;",
    to: "if (metadata?.vulnerabilities === undefined) return [];",
  },
  {
    ...at("audit"),
    promise: "a known vulnerability fails the audit",
    file: ".ci/audit.mjs",
    from: "(advisories?.length ?? Number(strict)) > 0",
    to: "(advisories === undefined && strict)",
  },
];
