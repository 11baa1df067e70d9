/** Breaks of what holds for many clients in one process: shared machines, and nothing else shared. */
const test = "test/integration/client/many-clients.test.ts";
const wiring = { file: "src/client/wire-up.ts", test };
const handed = "coreOf(system).services;";

/** The same machines once more. */
const copies =
  "Object.fromEntries(Object.entries(machine.implementations.actors).map(([name, logic]) => [name, logic.provide?.({}) ?? logic]))";
/** The client that came first serves all others with something. */
const first = (what) =>
  `({ ...coreOf(system).services, ...(globalThis.first ??= (({ ${what} }) => ({ ${what} }))(coreOf(system).services)) });`;

export default [
  {
    ...wiring,
    promise: "creating: a client has no state trees of its own",
    from: "createActor(machine, {",
    to: `createActor(machine.provide({ actors: ${copies} }), {`,
  },
  {
    ...wiring,
    promise: "creating: a client sends with its own fetch",
    from: handed,
    to: first("http"),
  },
  {
    ...wiring,
    promise: "creating: a client reads its own clock",
    from: handed,
    to: first("clock"),
  },
  {
    ...wiring,
    promise: "creating: a client throws its own dice",
    from: handed,
    to: first("config"),
  },
  {
    ...wiring,
    promise: "creating: a client asks for its own user's flags",
    from: handed,
    to: first("store"),
  },
  {
    ...wiring,
    promise: "creating: a client writes to its own storage",
    from: handed,
    to: first("cache, rulesCache"),
  },
  {
    ...wiring,
    promise: "creating: a client compiles its own rules",
    from: handed,
    to: first("rules"),
  },
  {
    ...wiring,
    promise: "creating: a closed client is forgotten",
    from: "= new WeakMap<System, Core>()",
    to: "= new Map<System, Core>()",
  },
];
