/** Breaks of PRODUCT's promises about failing: broken and hostile answers. */
const hostile = "test/integration/failing/hostile-answers.test.ts";
const judge = { file: "src/http/judge.ts", test: hostile };
const said = { file: "src/errors/server-message.ts", test: hostile };

export default [
  // Too much
  {
    promise: "a body over maxResponseBytes is no answer",
    file: "src/http/read-body.ts",
    from: "room -= chunk.length;",
    to: "room -= 0;",
    test: hostile,
  },
  {
    promise: "the bytes of a body count after decompression",
    file: "src/http/http.ts",
    from: "readJson(response, maxResponseBytes, signal)",
    to: 'readJson(response, response.headers.has("content-encoding") ? 1e9 : maxResponseBytes, signal)',
    test: hostile,
  },
  {
    promise: "an endless body is not read on",
    file: "src/http/read-body.ts",
    from: "if (room < 0 || signal.aborted) break;",
    to: "",
    test: hostile,
  },
  {
    promise: "an unfinished stream event over maxResponseBytes ends the stream",
    file: "src/sse/event-feed.ts",
    from: 'if (type === "max-buffer-size-exceeded") throw tooLong(maxEventBytes);',
    to: "void type;",
    test: hostile,
  },
  {
    promise: "a finished stream event over maxResponseBytes ends the stream",
    file: "src/sse/event-feed.ts",
    from: "if (exceeds(data, maxEventBytes)) throw tooLong(maxEventBytes);",
    to: "",
    test: hostile,
  },

  // Nonsense
  {
    ...judge,
    promise: "invalid JSON is an InvalidResponseError",
    from: 'const what = /^\\s*</.test(text) ? "HTML" : "not valid JSON";',
    to: 'const what = "HTML";\n    if (!/^\\s*</.test(text)) return { flags: {} };',
  },
  {
    ...judge,
    promise: "HTML with status 200 is an InvalidResponseError",
    from: 'const what = /^\\s*</.test(text) ? "HTML" : "not valid JSON";',
    to: 'const what = "not valid JSON";\n    if (/^\\s*</.test(text)) return { flags: {} };',
  },
  {
    promise: "the wrong shape is an InvalidResponseError",
    file: "src/protocol/flags-object.ts",
    from: "if (!isRecord(flags)) throw",
    to: "if (!isRecord(flags)) return {};\n  if (!isRecord(flags)) throw",
    test: hostile,
  },
  {
    promise: "an answer that drips is a TimeoutError",
    file: "machines/refresh.machine.ts",
    from: "error: new TimeoutError(",
    to: "error: ensureRollgateError(",
    test: hostile,
  },
  {
    promise: "a broken answer leaves the flags in hand untouched",
    file: "src/client/notices.ts",
    from: 'root.on("error", ({ error }) => core.report(error));',
    to: 'root.on("error", ({ error }) => {\n    if (error.category === "response") store.replace(store.epoch, new Map(), "network");\n    core.report(error);\n  });',
    test: hostile,
  },
  {
    promise: "a broken stream message leaves the flags in hand untouched",
    file: "src/protocol/stream-event.ts",
    from: 'if (!isRecord(body)) throw broken(event, "is no JSON object");',
    to: "if (!isRecord(body)) return { flags: {} };",
    test: hostile,
  },
  {
    promise: "a wrong value for one flag spoils that flag only",
    file: "src/protocol/flags-v1.ts",
    from: "flags.set(key, MALFORMED_FLAG);",
    to: "flagsObjectOf(undefined);",
    test: hostile,
  },
  {
    promise: "a wrong value for one typed flag spoils that flag only",
    file: "src/protocol/flags-v2.ts",
    from: "if (value === undefined) return MALFORMED_FLAG;",
    to: "if (value === undefined) flagsObjectOf(undefined);",
    test: "test/integration/client/evaluating.test.ts",
  },
  {
    promise: "__proto__ is a key like any other",
    file: "src/client/slots.ts",
    from: "Object.create(null) as Record<string, boolean>",
    to: "{} as Record<string, boolean>",
    test: hostile,
  },
  {
    promise: "constructor and toString are keys like any other",
    file: "src/protocol/flags-v1.ts",
    from: "for (const key of Object.keys(wire)) {",
    to: "for (const key of Object.keys(wire).filter((name) => !(name in {}))) {",
    test: hostile,
  },
  {
    promise: "constructor has no reason but its own",
    file: "src/protocol/record.ts",
    from: "Object.hasOwn(record, key) ? record[key] : undefined",
    to: "record[key]",
    test: "test/unit/protocol/flags-v1.test.ts",
  },

  // Redirects
  {
    promise: "redirects are not followed",
    file: "src/http/http.ts",
    from: 'redirect: "manual"',
    to: 'redirect: "follow"',
    test: hostile,
  },
  {
    promise: "redirects of a stream over fetch are not followed",
    file: "src/http/open-stream.ts",
    from: 'redirect: "manual"',
    to: 'redirect: "follow"',
    test: hostile,
  },
  {
    promise: "a redirect of the stream has the code REDIRECTED",
    file: "src/http/open-stream.ts",
    from: "if (isRedirect(response)) throw redirectError(response, url, redact);",
    to: "",
    test: hostile,
  },
  {
    ...judge,
    promise: "a redirect has the code REDIRECTED",
    from: 'code: "REDIRECTED",',
    to: "",
  },
  {
    ...judge,
    promise: "a redirect says to set baseUrl to the final address",
    from: "set baseUrl to the final address",
    to: "sorry",
  },
  {
    ...judge,
    promise: "a redirect is known in browsers, too",
    from: 'type === "opaqueredirect" || ',
    to: "",
    test: "test/browser/requests.test.ts",
  },

  // What the server says
  {
    ...said,
    promise: "the server's text is redacted",
    from: "redact(text).replace(UNPRINTABLE",
    to: "text.replace(UNPRINTABLE",
  },
  {
    ...said,
    promise: "the server's code is redacted",
    from: "redact(code)",
    to: "code",
  },
  {
    ...judge,
    promise: "the place that a redirect names is redacted",
    from: "redact(\n      `The server redirects",
    to: "String(\n      `The server redirects",
  },
  {
    ...said,
    promise: "the server's text is shortened",
    from: "line.length <= QUOTE_LENGTH ? line",
    to: "line.length > 0 ? line",
  },
  {
    promise: "a key that the server echoes enters no log",
    file: "src/logger/safe.ts",
    from: "          redact(message),",
    to: "          message,",
    test: "test/unit/logger/safe.test.ts",
  },
];
