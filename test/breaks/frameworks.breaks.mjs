/** Breaks of the recipes in docs/frameworks.md, and of the contract that they stand on. */
const TEST = "test/browser/frameworks/frameworks.test.ts";
const PAGE = "docs/frameworks.md";
const recipe = (promise, from, to) => ({ promise, file: PAGE, from, to, test: TEST });
const client = (promise, from, to) => ({
  promise,
  file: "src/client/subscriptions.ts",
  from,
  to,
  test: TEST,
});

export default [
  recipe(
    "Vue: a component that goes lets go of the flag",
    "onScopeDispose(client.subscribe(key, () => (flag.value = read())));",
    "client.subscribe(key, () => (flag.value = read())); void onScopeDispose;",
  ),
  recipe("Vue: a component shows what changes", "(flag.value = read())", "read()"),
  recipe(
    "Svelte: a store is left with the component",
    "return client.subscribe(key, () => run(read()));",
    "client.subscribe(key, () => run(read())); return () => {};",
  ),
  recipe(
    "Svelte: runes run again for their flag only",
    "createSubscriber((update) => client.subscribe(key, update))",
    "createSubscriber((update) => client.subscribe(update))",
  ),
  recipe("Svelte: runes run again", "      subscribe();\n", ""),
  recipe(
    "Solid: a signal is read once for a change",
    "set(() => read())), read())",
    "set(() => (read(), read()))), read())",
  ),
  recipe(
    "Solid: a signal lets go of the flag",
    "return from<T>((set) => client.subscribe(key, () => set(() => read())), read());",
    "return from<T>((set) => { client.subscribe(key, () => set(() => read())); return () => {}; }, read());",
  ),
  recipe(
    "Angular: a signal lets go of the flag",
    "inject(DestroyRef).onDestroy(client.subscribe(key, () => flag.set(read())));",
    "client.subscribe(key, () => flag.set(read())); void [inject, DestroyRef];",
  ),
  client(
    "a listener of one flag is not called for another",
    "for (const { listener } of [...(this.#byKey.get(key) ?? [])]) {",
    "for (const { listener } of [...this.#byKey.values()].flatMap((entries) => [...entries])) {",
  ),
];
