/** Breaks of what a long run shows: nothing is left behind, and every event is accounted for. */
const soak = "test/soak/soak.test.ts";

export default [
  {
    promise: "long run: a client that was closed leaves no stream open",
    file: "src/actors/read-stream.ts",
    from: "return () => abort.abort();",
    to: "return () => {};",
    test: soak,
  },
  {
    promise: "long run: timers that are not needed any more are taken back",
    file: "src/platform/lateness.ts",
    from: "clearTimeout: (timer) => clock.clearTimeout((timer as Timer | undefined)?.handle),",
    to: "clearTimeout: () => {},",
    test: soak,
  },
  {
    promise: "long run: events that overflow are counted",
    file: "src/tracking/event-queue.ts",
    from: "overflow += excess;",
    to: "overflow += excess - 1;",
    test: soak,
  },
  {
    promise: "long run: flags that were replaced are let go of",
    file: "src/client/flag-store.ts",
    from: "    this.#local = false;\n    this.#put(set, false);",
    to: "    this.#local = false;\n    Object.assign(this, { ['kept ' + this.version]: new Array(20_000).fill(set) });\n    this.#put(set, false);",
    test: soak,
  },
];
