const REFRESH = "machines/refresh.machine.ts";
const SETUP = "machines/client.setup.ts";
const USERS = "test/integration/client/users.test.ts";
const MACHINE = "test/machines/client.test.ts";
const LATE = "test/integration/client/late-answers.test.ts";

/** Breaks of PRODUCT's promises about users. */
export default [
  {
    promise: "identify sends POST identify",
    file: REFRESH,
    from: '{ guard: "mustIdentify", target: "identifying", actions: noteGrant },',
    to: "",
    test: USERS,
  },
  {
    promise: "after POST identify the flags are asked for",
    file: REFRESH,
    from: 'target: "#refresh.admitting",\n                actions: ["noteIdentified", "notifyEstablished"]',
    to: 'target: "#refresh.settled",\n                actions: ["noteIdentified", "notifyEstablished"]',
    test: USERS,
  },
  {
    promise: "POST identify one at a time: a newer one waits for its end",
    file: REFRESH,
    from: '"user.leaving": { target: "overtaken", actions: "restart" },\n            "user.noted": { target',
    to: '"user.leaving": { target: "#refresh.switching", actions: "restart" },\n            "user.noted": { target',
    test: USERS,
  },
  {
    promise: "a newer POST identify does not abort one that was overtaken already",
    file: REFRESH,
    from: '"user.leaving": { target: "overtaken", actions: "restart" },\n            "user.noted": { actions',
    to: '"user.leaving": { target: "#refresh.switching", actions: "restart" },\n            "user.noted": { actions',
    test: LATE,
  },
  {
    promise: "reset does not abort a POST identify, either",
    file: REFRESH,
    from: 'target: "overtakenReady",\n                ...adoptAnonymous',
    to: 'target: "#refresh.admitting",\n                ...adoptAnonymous',
    test: LATE,
  },
  {
    promise: "of waiting POSTs only the newest goes",
    file: REFRESH,
    from: '{ target: "#refresh.admitting" },\n            ],\n          },\n        },\n      },',
    to: '{ target: "#refresh.requesting" },\n            ],\n          },\n        },\n      },',
    test: USERS,
  },
  {
    promise: "flag GETs of the old user are aborted",
    file: "src/actors/fetch-flags.ts",
    from: "      signal,\n",
    to: "      signal: new AbortController().signal,\n",
    test: USERS,
  },
  {
    promise: "flag GETs of the old user are aborted also when only the attributes are others",
    file: SETUP,
    from: 'enqueue.sendTo("refresh", { type: "user.leaving" });',
    to: 'if (context.flags === "dropped") enqueue.sendTo("refresh", { type: "user.leaving" });',
    test: USERS,
  },
  {
    promise: "a request is made for the newest user",
    file: "src/client/wire-up.ts",
    from: "const user = () => store.user;",
    to: "let first: ReturnType<typeof Object>;\n  const user = () => (first ??= store.user);",
    test: USERS,
  },
  {
    promise: "the stream is the newest user's",
    file: "machines/connection.machine.ts",
    from: 'on: { "user.leaving": { target: ".awaitingUser", actions: "forgetUser" } },',
    to: "",
    test: USERS,
  },
  {
    promise: "an answer of an older epoch is dropped",
    file: SETUP,
    from: "current: ({ context }, params: { epoch: number }) => params.epoch === context.epoch",
    to: "current: () => true",
    test: MACHINE,
  },
  {
    promise: "an answer carries the epoch it was asked in",
    file: "machines/refresh.setup.ts",
    from: 'type: "fetch.succeeded",\n      epoch: context.epoch,',
    to: 'type: "fetch.succeeded",\n      epoch: context.epoch - 1,',
    test: USERS,
  },
  {
    promise: "a stream message of an older epoch is dropped",
    file: SETUP,
    from: "params.epoch === context.epoch && context.plain",
    to: "context.plain",
    test: MACHINE,
  },
  {
    promise: "a stream message carries its user's epoch",
    file: "machines/connection.setup.ts",
    from: 'type: "stream.init",\n      epoch: context.epoch,',
    to: 'type: "stream.init",\n      epoch: (context.epoch ?? 0) - 1,',
    test: "test/integration/client/streaming.test.ts",
  },
  {
    promise: "a cache entry of an older epoch is dropped",
    file: "src/client/core.ts",
    from: "const { load, set } = await cache.load(store.user, rules);",
    to: "const { load, set } = await cache.load(store.user, rules);\n    if (set !== undefined) store.adopt(store.epoch, set);",
    test: LATE,
  },
  {
    promise: "a cache entry carries its user's epoch",
    file: SETUP,
    from: 'enqueue.emit({ type: "cache.adopted", epoch: context.epoch });',
    to: 'enqueue.emit({ type: "cache.adopted", epoch: context.epoch - 1 });',
    test: USERS,
  },
];
