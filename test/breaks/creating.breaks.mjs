/** Breaks of what holds for many clients in one process: shared machines, and nothing else shared. */
const test = "test/integration/client/many-clients.test.ts";
const wiring = { file: "src/client/wire-up.ts", test };
const handed = "clients.set(root.system, { ...services, ...core, config });";

/** The same machines once more. */
const copies =
  "Object.fromEntries(Object.entries(machine.implementations.actors).map(([name, logic]) => [name, logic.provide?.({}) ?? logic]))";
/** The client that came first serves all others with something. */
const first = (what) =>
  `clients.set(root.system, { ...services, ...core, config, ...((globalThis.first ??= [{ ${what} }])[0]) });`;

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
    to: first("http: services.http"),
  },
  {
    ...wiring,
    promise: "creating: a client reads its own clock",
    from: handed,
    to: first("clock: services.clock"),
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
    to: first("store: services.store"),
  },
  {
    ...wiring,
    promise: "creating: a client writes to its own storage",
    from: handed,
    to: first("cache: services.cache, rulesCache: services.rulesCache"),
  },
  {
    ...wiring,
    promise: "creating: a client compiles its own rules",
    from: handed,
    to: first("rules: services.rules"),
  },
  {
    ...wiring,
    promise: "creating: a closed client is forgotten",
    from: "= new WeakMap<System, Ports>()",
    to: "= new Map<System, Ports>()",
  },
];
